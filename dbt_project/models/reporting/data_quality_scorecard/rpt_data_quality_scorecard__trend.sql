-- The nine quarters up to and including the period, as far as the partner has a score for them.
with {{ nine_periods('data_quality_scorecard') }}

select
    spans.period,
    spans.partner,
    spans.shown as quarter,
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
    spans.sort_order
from spans
inner join {{ ref('rpt_data_quality_scorecard__scores') }} as scores on spans.partner = scores.partner and spans.shown = scores.period
order by spans.period, spans.partner, spans.sort_order
