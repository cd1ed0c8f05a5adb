-- The nine quarters up to and including the period that have an edition to compare.
with {{ nine_periods('list_changes') }}

select
    spans.period,
    spans.partner,
    spans.shown as quarter,
    lists.entries,
    lists.added,
    lists.removed,
    lists.changed,
    hits.new_hits,
    spans.sort_order
from spans
inner join {{ ref('rpt_list_changes__lists') }} as lists
    on spans.partner = lists.partner and spans.shown = lists.period and lists.is_total
inner join {{ ref('rpt_list_changes__hits') }} as hits
    on spans.partner = hits.partner and spans.shown = hits.period and hits.is_total
order by spans.period, spans.partner, spans.sort_order
