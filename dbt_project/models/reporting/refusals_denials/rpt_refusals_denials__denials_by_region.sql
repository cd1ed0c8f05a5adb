-- Denials of partner states by the region of the end user denied. The states that denied are not told apart.
with cells as (

    select partner, year_number, region_code, sum(issued) as issued, sum(in_force) as in_force
    from {{ ref('rpt_refusals_denials__denials') }}
    group by partner, year_number, region_code

),

reported as (

    {{ over_years('refusals_denials', ['region_code'], counts=['issued', 'in_force'], compared=['issued']) }}

)

select
    reported.period,
    reported.partner,
    reported.region_code,
    case when reported.is_total then 'All regions' when reported.region_code = 'none' then 'Unknown' else reported.region_code end as region,
    reported.issued,
    reported.in_force,
    reported.issued_previous_year,
    reported.is_total,
    {{ printed_order("case when reported.region_code = 'none' then 1 else 0 end, reported.region_code") }} as sort_order
from reported
order by reported.period, reported.partner, sort_order
