-- The nine half-years up to and including the period in which reports came that are old enough by now for an action to have followed (M8).
with {{ nine_periods('interagency_review') }}

select
    spans.period,
    spans.partner,
    spans.shown as half_year,
    measured.reports,
    measured.acted_upon,
    {{ share('measured.acted_upon', 'measured.reports') }} as acted_share,
    measured.confirming,
    measured.median_days,
    spans.sort_order
from spans
inner join {{ ref('rpt_metrics__intelligence_to_action') }} as measured
    on spans.partner = measured.partner and spans.shown = measured.period and measured.is_total
order by spans.period, spans.partner, spans.sort_order
