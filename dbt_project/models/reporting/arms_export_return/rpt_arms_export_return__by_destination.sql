-- Military goods licensed and exported by destination. A licence for several countries counts once for each.
with publishers as (

    select distinct partner from {{ ref('rpt_licensing_facts__write_offs') }}

),

cells as (

    {{ licences_and_exports("category_code = 'ML'", ['destination_code']) }}

),

reported as (

    {{ over_years(
        'arms_export_return', ['destination_code'], counts=['licences'], amounts=['value_eur', 'exported_eur'], compared=['licences']
    ) }}

)

select
    reported.period,
    reported.partner,
    reported.destination_code,
    case when reported.is_total then 'All destinations' else coalesce(countries.name, reported.destination_code) end as destination,
    reported.licences,
    reported.value_eur,
    {{ share_of_money('reported.value_eur', of_total('value_eur')) }} as share_of_value,
    {{ if_delivered('reported.exported_eur', 'publishers.partner is not null') }} as exported_eur,
    reported.licences_previous_year,
    {{ change_on_year('licences') }} as change_on_year,
    reported.is_total,
    {{ printed_order('reported.licences desc, reported.destination_code') }} as sort_order
from reported
left join publishers on reported.partner = publishers.partner
left join {{ ref('dim_countries') }} as countries on reported.destination_code = countries.country_code
order by reported.period, reported.partner, sort_order
