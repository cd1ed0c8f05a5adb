-- Candidates for an undercut in the nine half-years up to and including the period (M16).
with {{ nine_periods('interagency_review') }},

measured as (

    select
        period,
        partner,
        sum(case when is_total then candidates else 0 end) as candidates,
        sum(case when match_code = 'exact' then candidates else 0 end) as exact_candidates,
        sum(case when is_total then concluded else 0 end) as concluded
    from {{ ref('rpt_metrics__undercut_candidates') }}
    group by period, partner

)

select
    spans.period,
    spans.partner,
    spans.shown as half_year,
    cast(measured.candidates as bigint) as candidates,
    cast(measured.exact_candidates as bigint) as exact_candidates,
    cast(measured.concluded as bigint) as concluded,
    spans.sort_order
from spans
inner join measured on spans.partner = measured.partner and spans.shown = measured.period
order by spans.period, spans.partner, spans.sort_order
