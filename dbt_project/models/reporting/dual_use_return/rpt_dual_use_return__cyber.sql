-- Applications and goods lines under the entries of Annex I that are cyber-surveillance items. An entry that nothing of the year names has 0.
-- An application with lines under several entries counts once for each.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'dual_use_return'

),

entries as (

    select code as rating, label, cast(sort_order as integer) as sort_order
    from {{ ref('cyber_surveillance_entries') }}

),

lines as (

    {{ cyber_surveillance_lines() }}

),

publishers as (

    {{ partners_that_deliver_open_applications() }}

),

asked_for as (

    select distinct partner, application_ref, entry from lines

),

cells as (

    select
        applications.partner,
        year(applications.submitted_on) as year_number,
        asked_for.entry,
        1 as received,
        0 as granted,
        0 as refused
    from {{ ref('fct_applications') }} as applications
    inner join asked_for on applications.partner = asked_for.partner and applications.application_ref = asked_for.application_ref
    where applications.superseded_by_ref is null and applications.submitted_on is not null

    union all

    select
        partner,
        year(decided_on) as year_number,
        entry,
        0 as received,
        case when outcome = 'granted' then 1 else 0 end as granted,
        case when outcome = 'refused' then 1 else 0 end as refused
    from lines
    where decided_on is not null

),

counted as (

    select
        periods.period,
        periods.partner,
        entries.rating,
        grouping(entries.rating) = 1 as is_total,
        min(entries.label) as label,
        min(entries.sort_order) as entry_order,
        coalesce(sum(cells.received), 0) as received,
        coalesce(sum(cells.granted), 0) as granted,
        coalesce(sum(cells.refused), 0) as refused
    from periods
    cross join entries
    left join cells
        on
            periods.partner = cells.partner
            and periods.period_number = cells.year_number
            and entries.rating = cells.entry
    group by grouping sets ((periods.period, periods.partner, entries.rating), (periods.period, periods.partner))

)

select
    reported.period,
    reported.partner,
    coalesce(reported.rating, 'total') as rating,
    case when reported.is_total then 'All these items' else reported.label end as label,
    cast({{ if_delivered('reported.received', 'publishers.partner is not null') }} as bigint) as received,
    cast(reported.granted as bigint) as granted,
    cast({{ if_published('reported.refused', 'refused') }} as bigint) as refused,
    reported.is_total,
    {{ printed_order('reported.entry_order') }} as sort_order
from counted as reported
left join publishers on reported.partner = publishers.partner
left join {{ ref('dim_partners') }} as partners on reported.partner = partners.partner
order by reported.period, reported.partner, sort_order
