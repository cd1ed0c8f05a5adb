-- What was licensed in the year, beside what was exported in it under licences of any year: a licence is used over several years, so the
-- two are of different licences. Null exported: customs deliver no write-offs of this authority's licences.
with publishers as (

    select distinct partner from {{ ref('rpt_licensing_facts__write_offs') }}

),

cells as (

    select
        partner,
        year_number,
        destination_code,
        1 as lines,
        case when value_eur is null then 0 else 1 end as lines_with_value,
        coalesce(value_eur, 0) as value_eur,
        0 as exported_eur,
        0 as exported_open_eur
    from {{ ref('rpt_licensing_facts__granted_lines') }}

    union all

    select
        partner,
        year_number,
        destination_code,
        0 as lines,
        0 as lines_with_value,
        0 as value_eur,
        case when {{ is_open_licence('licence_type') }} then 0 else value_eur end as exported_eur,
        case when {{ is_open_licence('licence_type') }} then value_eur else 0 end as exported_open_eur
    from {{ ref('rpt_licensing_facts__write_offs') }}
    where value_eur is not null

),

reported as (

    {{ over_years(
        'transparency_annual', ['destination_code'], counts=['lines', 'lines_with_value'],
        amounts=['value_eur', 'exported_eur', 'exported_open_eur'], compared=['value_eur'],
    ) }}

)

select
    reported.period,
    reported.partner,
    reported.destination_code,
    case when reported.is_total then 'All destinations' else coalesce(countries.name, reported.destination_code) end as destination,
    reported.lines,
    reported.lines_with_value,
    reported.value_eur,
    {{ share_of_money('reported.value_eur', of_total('value_eur')) }} as share_of_value,
    reported.value_eur_previous_year,
    {{ change_on_year('value_eur') }} as change_on_year,
    {{ if_delivered('reported.exported_eur', 'publishers.partner is not null') }} as exported_eur,
    {{ if_delivered('reported.exported_open_eur', 'publishers.partner is not null') }} as exported_open_eur,
    reported.is_total,
    {{ printed_order('reported.lines desc, reported.destination_code') }} as sort_order
from reported
left join publishers on reported.partner = publishers.partner
left join {{ ref('dim_countries') }} as countries on reported.destination_code = countries.country_code
order by reported.period, reported.partner, sort_order
