-- Denials of partner states by category of goods; none is a notice without a code of a list (catch-all).
with cells as (

    select partner, year_number, category_code, sum(issued) as issued, sum(in_force) as in_force
    from {{ ref('rpt_refusals_denials__denials') }}
    group by partner, year_number, category_code

),

reported as (

    {{ over_years('refusals_denials', ['category_code'], counts=['issued', 'in_force'], compared=['issued']) }}

)

select
    reported.period,
    reported.partner,
    reported.category_code,
    case when reported.is_total then 'All goods' else categories.name end as category,
    reported.issued,
    reported.in_force,
    reported.issued_previous_year,
    reported.is_total,
    {{ printed_order('categories.sort_order') }} as sort_order
from reported
left join {{ ref('control_categories') }} as categories on reported.category_code = categories.code
order by reported.period, reported.partner, sort_order
