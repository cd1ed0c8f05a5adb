-- Cases in which neither a record nor a person says that anything was done, by how long they have been open at the end of the half-year.
with cases as (

    select * from {{ ref('rpt_interagency_review__cases') }}
    where has_open_action

),

reported as (

    select
        period,
        partner,
        rule,
        grouping(rule) = 1 as is_total,
        min(title) as title,
        count(*) as open_actions,
        sum(case when days_open <= 30 then 1 else 0 end) as up_to_30,
        sum(case when days_open > 30 and days_open <= 90 then 1 else 0 end) as up_to_90,
        sum(case when is_overdue and days_open <= 180 then 1 else 0 end) as up_to_180,
        sum(case when is_overdue and days_open > 180 then 1 else 0 end) as over_180,
        sum(case when is_overdue then 1 else 0 end) as overdue,
        max(days_open) as longest_days
    from cases
    group by grouping sets ((period, partner, rule), (period, partner))

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else reported.rule end as rule,
    case when reported.is_total then 'All rules' else reported.title end as title,
    cast(reported.open_actions as bigint) as open_actions,
    cast(reported.up_to_30 as bigint) as up_to_30,
    cast(reported.up_to_90 as bigint) as up_to_90,
    cast(reported.up_to_180 as bigint) as up_to_180,
    cast(reported.over_180 as bigint) as over_180,
    cast(reported.overdue as bigint) as overdue,
    {{ share('reported.overdue', 'reported.open_actions') }} as overdue_share,
    cast(reported.longest_days as bigint) as longest_days,
    reported.is_total,
    {{ printed_order('reported.title') }} as sort_order
from reported
order by reported.period, reported.partner, sort_order
