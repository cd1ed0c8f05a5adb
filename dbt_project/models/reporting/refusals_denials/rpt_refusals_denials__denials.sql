-- Not printed: denial notices of partner states in the years in which they were issued or in force, without the state that issued them.
-- In force at the end of a year: issued by then, not expired, and not revoked.
with years as (

    select distinct partner, period_number as year_number, period_end_on
    from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'refusals_denials'

)

select
    denials.partner,
    years.year_number,
    denials.denial_ref,
    denials.criteria,
    coalesce(countries.continent, 'none') as region_code,
    coalesce({{ rating_category('denials.rating') }}, 'none') as category_code,
    cast(case when year(denials.issued_on) = years.year_number then 1 else 0 end as integer) as issued,
    cast(
        case when denials.status <> 'revoked' and coalesce(denials.expires_on, date '9999-12-31') > years.period_end_on then 1 else 0 end
        as integer
    ) as in_force
from {{ ref('fct_denials') }} as denials
inner join years on denials.partner = years.partner and denials.issued_on <= years.period_end_on
left join {{ ref('dim_countries') }} as countries on denials.end_user_country_code = countries.country_code
order by denials.partner, years.year_number, denials.denial_ref
