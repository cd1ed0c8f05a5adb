-- The nine half-years up to and including the period, as far as the partner delivered them.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'enforcement'

),

figures as (

    select
        period,
        partner,
        max(case when measure = 'inspections' then value end) as inspections,
        max(case when measure = 'hit_share' then value end) as hit_share,
        max(case when measure = 'seizures' then value end) as seizures,
        max(case when measure = 'value_seized_eur' then value end) as value_eur,
        max(case when measure = 'cases_opened' then value end) as cases_opened,
        max(case when measure = 'cases_concluded' then value end) as cases_concluded
    from {{ ref('rpt_enforcement__headline') }}
    group by period, partner

)

select
    periods.period,
    periods.partner,
    shown.period as half_year,
    cast(figures.inspections as bigint) as inspections,
    figures.hit_share,
    cast(figures.seizures as bigint) as seizures,
    {{ money('figures.value_eur') }} as value_eur,
    cast(figures.cases_opened as bigint) as cases_opened,
    cast(figures.cases_concluded as bigint) as cases_concluded,
    cast(shown.period_number - periods.period_number + 9 as integer) as sort_order
from periods
inner join periods as shown
    on
        periods.partner = shown.partner
        and shown.period_number between periods.period_number - 8 and periods.period_number
inner join figures on shown.partner = figures.partner and shown.period = figures.period
order by periods.period, periods.partner, sort_order
