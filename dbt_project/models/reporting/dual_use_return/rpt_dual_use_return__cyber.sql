-- Goods lines under the entries of Annex I that are cyber-surveillance items (code_lists.cyber_surveillance_entries). An entry that no line of
-- the year names has 0. A line under a part of an entry counts under the entry.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'dual_use_return'

),

entries as (

    select code as rating, label, cast(sort_order as integer) as sort_order
    from {{ ref('cyber_surveillance_entries') }}

),

lines as (

    select partner, year(decided_on) as year_number, rating, outcome
    from {{ ref('fct_licence_lines') }}
    where outcome in ('granted', 'refused') and decided_on is not null and rating is not null

),

counted as (

    select
        periods.period,
        periods.partner,
        entries.rating,
        grouping(entries.rating) = 1 as is_total,
        min(entries.label) as label,
        min(entries.sort_order) as entry_order,
        {{ count_of('granted', 'lines') }} as granted,
        {{ count_of('refused', 'lines') }} as refused
    from periods
    cross join entries
    left join lines
        on
            periods.partner = lines.partner
            and periods.period_number = lines.year_number
            and lines.rating || '.' like entries.rating || '.%'
    group by grouping sets ((periods.period, periods.partner, entries.rating), (periods.period, periods.partner))

)

select
    reported.period,
    reported.partner,
    coalesce(reported.rating, 'total') as rating,
    case when reported.is_total then 'All these items' else reported.label end as label,
    cast(reported.granted as bigint) as granted,
    cast({{ if_published('reported.refused', 'refused') }} as bigint) as refused,
    reported.is_total,
    {{ printed_order('reported.entry_order') }} as sort_order
from counted as reported
left join {{ ref('dim_partners') }} as partners on reported.partner = partners.partner
order by reported.period, reported.partner, sort_order
