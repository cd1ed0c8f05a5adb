-- Which lines of the licences that ended in the period are in M6 by quantity, and why the others are not.
with lines as (

    select * from {{ ref('fct_licence_utilisation') }} where has_ended

),

summed as (

    select
        kinds.period_kind,
        {{ period_of('lines.ended_on') }} as period,
        lines.partner,
        coalesce(lines.basis, 'total') as basis,
        grouping(lines.basis) = 1 as is_total,
        count(*) as lines,
        sum(lines.write_offs) as write_offs
    from lines
    cross join {{ period_kinds() }}
    group by grouping sets (
        (kinds.period_kind, {{ period_of('lines.ended_on') }}, lines.partner, lines.basis),
        (kinds.period_kind, {{ period_of('lines.ended_on') }}, lines.partner)
    )

),

reported as (select * from summed)

select
    reported.period,
    reported.period_kind,
    reported.partner,
    reported.basis,
    case reported.basis
        when 'measured' then 'Measured'
        when 'open' then 'Open licence: neither quantity nor value'
        when 'no_quantity' then 'Licensed by value alone'
        when 'line_not_named' then 'A write-off names no line of the licence'
        when 'unit_unknown' then 'The unit of a write-off is not known'
        when 'unit_mismatch' then 'A write-off is in a unit of another kind'
        else 'All lines'
    end as reason,
    cast(reported.lines as bigint) as lines,
    cast(reported.write_offs as bigint) as write_offs,
    reported.is_total,
    {{ printed_order("case when reported.basis = 'measured' then 0 else 1 end, reported.basis") }} as sort_order
from reported
order by reported.period, reported.partner, sort_order
