-- Dual-use goods licensed and exported by kind of authorisation: individual, global, general and others.
with publishers as (

    select distinct partner from {{ ref('rpt_licensing_facts__write_offs') }}

),

cells as (

    {{ licences_and_exports("category_code between '0' and '9'", ['licence_type']) }}

),

reported as (

    {{ over_years(
        'dual_use_return', ['licence_type'], counts=['licences'], amounts=['value_eur', 'exported_eur'], compared=['licences']
    ) }}

)

select
    reported.period,
    reported.partner,
    reported.licence_type,
    case when reported.is_total then 'All authorisations' else types.name end as licence_type_name,
    reported.licences,
    reported.value_eur,
    {{ share_of_money('reported.value_eur', of_total('value_eur')) }} as share_of_value,
    {{ if_delivered('reported.exported_eur', 'publishers.partner is not null') }} as exported_eur,
    reported.licences_previous_year,
    {{ change_on_year('licences') }} as change_on_year,
    reported.is_total,
    {{ printed_order('reported.licences desc, reported.licence_type') }} as sort_order
from reported
left join publishers on reported.partner = publishers.partner
left join {{ ref('licence_types') }} as types on reported.licence_type = types.code
order by reported.period, reported.partner, sort_order
