-- Dual-use goods licensed and exported by category of Annex I. A licence with goods of several counts once for each.
with publishers as (

    select distinct partner from {{ ref('rpt_licensing_facts__write_offs') }}

),

cells as (

    {{ licences_and_exports("category_code between '0' and '9'", ['category_code']) }}

),

reported as (

    {{ over_years(
        'dual_use_return', ['category_code'], counts=['licences'], amounts=['value_eur', 'exported_eur'], compared=['licences']
    ) }}

)

select
    reported.period,
    reported.partner,
    reported.category_code,
    case when reported.is_total then 'All dual-use goods' else categories.name end as category,
    reported.licences,
    reported.value_eur,
    {{ share_of_money('reported.value_eur', of_total('value_eur')) }} as share_of_value,
    {{ if_delivered('reported.exported_eur', 'publishers.partner is not null') }} as exported_eur,
    reported.licences_previous_year,
    {{ change_on_year('licences') }} as change_on_year,
    reported.is_total,
    {{ printed_order('categories.sort_order') }} as sort_order
from reported
left join publishers on reported.partner = publishers.partner
left join {{ ref('control_categories') }} as categories on reported.category_code = categories.code
order by reported.period, reported.partner, sort_order
