-- A check stands on the day on which it was requested.
select
    {{ evidence_row('checks', 'fct_end_use_checks', 'checks.requested_on') }},
    coalesce(countries.continent, 'none') as region_code,
    cast(1 as integer) as requested
from {{ ref('fct_end_use_checks') }} as checks
left join {{ ref('dim_countries') }} as countries on checks.country_code = countries.country_code
where checks.requested_on is not null
