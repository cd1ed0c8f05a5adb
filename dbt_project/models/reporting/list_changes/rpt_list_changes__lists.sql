-- Entries are those of the newest edition dated in the quarter or before. A version that begins and ends with the same edition is none.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'list_changes'

),

versions as (

    select
        partner,
        list_code,
        {{ quarter_number(period_last_day('valid_from_period')) }} as from_number,
        case when valid_to_period is not null then {{ quarter_number(period_last_day('valid_to_period')) }} end as to_number
    from {{ ref('fct_listing_versions') }}

),

standing as (

    select
        periods.period,
        periods.partner,
        versions.list_code,
        sum(case
            when versions.from_number <= periods.period_number and coalesce(versions.to_number, periods.period_number + 1) > periods.period_number
                then 1
            else 0
        end) as entries,
        sum(case
            when versions.from_number < periods.period_number and coalesce(versions.to_number, periods.period_number) >= periods.period_number
                then 1
            else 0
        end) as entries_before
    from periods
    inner join versions on periods.partner = versions.partner
    group by periods.period, periods.partner, versions.list_code

),

moved as (

    select
        period,
        partner,
        list_code,
        sum(case when change = 'added' then 1 else 0 end) as added,
        sum(case when change = 'removed' then 1 else 0 end) as removed,
        sum(case when change = 'changed' then 1 else 0 end) as changed
    from {{ ref('rpt_list_changes__entries') }}
    group by period, partner, list_code

),

summed as (

    select
        standing.period,
        standing.partner,
        standing.list_code,
        grouping(standing.list_code) = 1 as is_total,
        sum(standing.entries_before) as entries_before,
        sum(coalesce(moved.added, 0)) as added,
        sum(coalesce(moved.removed, 0)) as removed,
        sum(standing.entries) as entries,
        sum(coalesce(moved.changed, 0)) as changed
    from standing
    left join moved
        on
            standing.period = moved.period
            and standing.partner = moved.partner
            and standing.list_code = moved.list_code
    group by grouping sets (
        (standing.period, standing.partner, standing.list_code),
        (standing.period, standing.partner)
    )

),

reported as (

    select *
    from summed
    where is_total or entries_before + added + entries > 0

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else reported.list_code end as list_code,
    case when reported.is_total then 'All lists' else lists.label end as list_name,
    cast(reported.entries_before as bigint) as entries_before,
    cast(reported.added as bigint) as added,
    cast(reported.removed as bigint) as removed,
    cast(reported.entries as bigint) as entries,
    cast(reported.changed as bigint) as changed,
    reported.is_total,
    {{ printed_order('reported.list_code') }} as sort_order
from reported
left join {{ ref('screening_lists') }} as lists on reported.list_code = lists.code
order by reported.period, reported.partner, sort_order
