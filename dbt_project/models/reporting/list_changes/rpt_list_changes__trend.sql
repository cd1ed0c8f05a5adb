-- The nine quarters up to and including the period that have an edition to compare.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'list_changes'

)

select
    periods.period,
    periods.partner,
    shown.period as quarter,
    lists.entries,
    lists.added,
    lists.removed,
    lists.changed,
    hits.new_hits,
    cast(shown.period_number - periods.period_number + 9 as integer) as sort_order
from periods
inner join periods as shown
    on
        periods.partner = shown.partner
        and shown.period_number between periods.period_number - 8 and periods.period_number
inner join {{ ref('rpt_list_changes__lists') }} as lists
    on shown.partner = lists.partner and shown.period = lists.period and lists.is_total
inner join {{ ref('rpt_list_changes__hits') }} as hits
    on shown.partner = hits.partner and shown.period = hits.period and hits.is_total
order by periods.period, periods.partner, sort_order
