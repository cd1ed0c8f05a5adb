-- The nine quarters up to and including the period, as far as the partner has a score for them.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'data_quality_scorecard'

)

select
    periods.period,
    periods.partner,
    shown.period as quarter,
    scores.submissions_expected,
    scores.submissions_missing,
    scores.files_rejected,
    scores.completeness,
    scores.validity,
    scores.uniqueness,
    scores.timeliness,
    scores.consistency,
    scores.stability,
    scores.score_before_cap,
    scores.score,
    scores.change_on_quarter,
    cast(shown.period_number - periods.period_number + 9 as integer) as sort_order
from periods
inner join periods as shown
    on
        periods.partner = shown.partner
        and shown.period_number between periods.period_number - 8 and periods.period_number
inner join {{ ref('rpt_data_quality_scorecard__scores') }} as scores on shown.partner = scores.partner and shown.period = scores.period
order by periods.period, periods.partner, sort_order
