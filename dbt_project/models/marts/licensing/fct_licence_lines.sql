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

),

judged_ratings as (

    select
        partner,
        value,
        nullif(code, '') as code,
        match,
        valid_from,
        valid_to
    from {{ ref('code_mappings') }}
    where code_list = 'control_entries' and status = 'reviewed'

),

judged_destinations as (

    select
        partner,
        value,
        case when match = 'none' then 'XX' else code end as code,
        match,
        valid_from,
        valid_to
    from {{ ref('code_mappings') }}
    where code_list = 'countries' and status = 'reviewed'

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
    case when judged_ratings.value is null then ratings.rating else judged_ratings.code end as rating,
    case when judged_ratings.value is null then ratings.ratings else judged_ratings.code end as ratings,
    case when judged_ratings.value is null then ratings.item_list else {{ rating_list('judged_ratings.code') }} end as item_list,
    lines.goods_description,
    lines.end_use,
    lines.destination_text,
    coalesce(lines.destination_iso, judged_destinations.code, destinations.destination_code, 'XX') as destination_code,
    destinations.via_code,
    coalesce(lines.destination_iso, judged_destinations.code, destinations.destination_codes, 'XX') as destination_codes,
    lines.quantity,
    lines.unit_code,
    lines.value,
    lines.currency,
    case when lines.value is not null then rates.rate_on end as rate_on,
    case when lines.value is not null then rates.units_per_eur end as fx_rate,
    {{ value_in_eur('lines.value', 'rates.units_per_eur') }} as value_eur,
    lines.expires_on,
    coalesce(judged_ratings.match, ratings.rating_match) as rating_match,
    case
        when lines.destination_iso is not null then 'exact'
        else coalesce(judged_destinations.match, destinations.destination_match)
    end as destination_match
from lines
left join destinations on lines.destination_iso is null and lines.destination_text = destinations.destination_text
left join ratings
    on
        lines.rating_code = ratings.rating_code
        and coalesce(lines.control_list, '') = coalesce(ratings.control_list, '')
        and (lines.control_list is null or coalesce(lines.decided_on, date '9999-12-31') = coalesce(ratings.decided_on, date '9999-12-31'))
left join judged_ratings
    on
        lines.partner = judged_ratings.partner
        and lines.rating_code = judged_ratings.value
        and {{ in_force_on('judged_ratings', 'lines.decided_on') }}
left join judged_destinations
    on
        lines.partner = judged_destinations.partner
        and lines.destination_iso is null
        and lines.destination_text = judged_destinations.value
        and {{ in_force_on('judged_destinations', 'lines.decided_on') }}
left join rates on lines.currency = rates.currency_code and lines.decided_on = rates.date_on
order by lines.partner, lines.application_ref, lines.line_no
