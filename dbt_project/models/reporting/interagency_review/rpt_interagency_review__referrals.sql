-- An agency is told of a case by finding it in its own release, and says that it knows of it (`entrepot cases acknowledge`).
with cases as (

    select * from {{ ref('rpt_interagency_review__cases') }}

),

reported as (

    select
        period,
        partner,
        rule,
        grouping(rule) = 1 as is_total,
        min(title) as title,
        count(*) as referrals,
        sum(case when is_acknowledged then 1 else 0 end) as acknowledged,
        sum(case when is_acknowledged then 0 else 1 end) as not_acknowledged,
        max(case when not is_acknowledged then days_open end) as longest_days
    from cases
    group by grouping sets ((period, partner, rule), (period, partner))

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else reported.rule end as rule,
    case when reported.is_total then 'All rules' else reported.title end as title,
    cast(reported.referrals as bigint) as referrals,
    cast(reported.acknowledged as bigint) as acknowledged,
    cast(reported.not_acknowledged as bigint) as not_acknowledged,
    {{ share('reported.acknowledged', 'reported.referrals') }} as acknowledged_share,
    cast(reported.longest_days as bigint) as longest_days,
    reported.is_total,
    {{ printed_order('reported.title') }} as sort_order
from reported
order by reported.period, reported.partner, sort_order
