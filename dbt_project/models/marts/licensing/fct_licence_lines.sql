with lines as (

    select * from {{ ref('int_licensing__lines_as_given') }}

),

destinations as (

    select * from {{ ref('int_licensing__destinations') }}

),

ratings as (

    select * from {{ ref('int_licensing__ratings') }}

),

rates as (

    select * from {{ ref('int_currencies__rates_by_day') }}

)

select
    lines.partner,
    lines.feed,
    lines.record_ref,
    lines.submission_id,
    lines.source_row_number,
    lines.marking,
    lines.application_ref,
    lines.line_no,
    lines.licence_ref,
    lines.licence_type,
    lines.licence_type_code,
    lines.decided_on,
    lines.outcome,
    lines.outcome_code,
    lines.rating_code,
    ratings.rating,
    ratings.ratings,
    ratings.item_list,
    lines.goods_description,
    lines.end_use,
    lines.destination_text,
    coalesce(lines.destination_iso, destinations.destination_code, 'XX') as destination_code,
    destinations.via_code,
    coalesce(lines.destination_iso, destinations.destination_codes, 'XX') as destination_codes,
    lines.quantity,
    lines.unit_code,
    lines.value,
    lines.currency,
    case when lines.value is not null then rates.rate_on end as rate_on,
    case when lines.value is not null then rates.units_per_eur end as fx_rate,
    {{ value_in_eur('lines.value', 'rates.units_per_eur') }} as value_eur,
    lines.expires_on
from lines
left join destinations on lines.destination_iso is null and lines.destination_text = destinations.destination_text
left join ratings
    on
        lines.rating_code = ratings.rating_code
        and coalesce(lines.control_list, '') = coalesce(ratings.control_list, '')
left join rates on lines.currency = rates.currency_code and lines.decided_on = rates.date_on
order by lines.partner, lines.application_ref, lines.line_no
