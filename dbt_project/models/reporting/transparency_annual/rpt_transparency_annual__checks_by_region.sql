-- End-use checks by the region in which they were to be made. Of few in a region each could be recognised by who was visited: the report
-- rounds these counts, and no other table of a public report may print them.
with cells as (

    select
        checks.partner,
        year(checks.requested_on) as year_number,
        coalesce(countries.continent, 'none') as region_code,
        cast(count(*) as bigint) as requested
    from {{ ref('fct_end_use_checks') }} as checks
    left join {{ ref('dim_countries') }} as countries on checks.country_code = countries.country_code
    where checks.requested_on is not null
    group by checks.partner, year(checks.requested_on), coalesce(countries.continent, 'none')

),

reported as (

    {{ over_years('transparency_annual', ['region_code'], counts=['requested'], compared=['requested']) }}

)

select
    reported.period,
    reported.partner,
    reported.region_code,
    case when reported.is_total then 'All regions' when reported.region_code = 'none' then 'Unknown' else reported.region_code end as region,
    reported.requested,
    reported.requested_previous_year,
    {{ change_on_year('requested') }} as change_on_year,
    reported.is_total,
    {{ printed_order("case when reported.region_code = 'none' then 1 else 0 end, reported.region_code") }} as sort_order
from reported
order by reported.period, reported.partner, sort_order
