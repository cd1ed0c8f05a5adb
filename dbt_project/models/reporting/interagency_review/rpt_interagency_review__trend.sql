-- The nine half-years up to and including the period. Cases are counted in the half-year in which their records first made one.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'interagency_review'

),

counted as (

    select
        period,
        partner,
        count(*) as cases,
        sum(case when is_new then 1 else 0 end) as opened,
        sum(case when is_new and has_contradiction then 1 else 0 end) as contradicted,
        sum(case when is_new and has_yielded then 1 else 0 end) as yielding
    from {{ ref('rpt_interagency_review__cases') }}
    group by period, partner

)

select
    periods.period,
    periods.partner,
    shown.period as half_year,
    cast(counted.cases as bigint) as cases,
    cast(counted.opened as bigint) as opened,
    cast(counted.contradicted as bigint) as contradicted,
    cast(counted.yielding as bigint) as yielding,
    {{ share('counted.yielding', 'counted.opened') }} as yield_share,
    cast(shown.period_number - periods.period_number + 9 as integer) as sort_order
from periods
inner join periods as shown
    on
        periods.partner = shown.partner
        and shown.period_number between periods.period_number - 8 and periods.period_number
inner join counted on shown.partner = counted.partner and shown.period = counted.period
order by periods.period, periods.partner, sort_order
