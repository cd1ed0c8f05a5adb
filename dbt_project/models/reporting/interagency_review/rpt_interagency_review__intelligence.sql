-- The nine half-years up to and including the period in which reports came that are old enough by now for an action to have followed (M8).
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'interagency_review'

)

select
    periods.period,
    periods.partner,
    measured.period as half_year,
    measured.reports,
    measured.acted_upon,
    {{ share('measured.acted_upon', 'measured.reports') }} as acted_share,
    measured.confirming,
    measured.median_days,
    cast(shown.period_number - periods.period_number + 9 as integer) as sort_order
from periods
inner join periods as shown
    on
        periods.partner = shown.partner
        and shown.period_number between periods.period_number - 8 and periods.period_number
inner join {{ ref('rpt_metrics__intelligence_to_action') }} as measured
    on shown.partner = measured.partner and shown.period = measured.period and measured.is_total
order by periods.period, periods.partner, sort_order
