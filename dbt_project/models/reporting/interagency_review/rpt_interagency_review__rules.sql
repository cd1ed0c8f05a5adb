-- A rule without a case of the agency has no row.
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
        count(*) as cases,
        sum(case when is_new then 1 else 0 end) as opened,
        sum(case when status = 'open' then 1 else 0 end) as open_cases,
        sum(case when status = 'under_review' then 1 else 0 end) as under_review,
        sum(case when status = 'concluded' then 1 else 0 end) as concluded,
        sum(case when status = 'no_further_action' then 1 else 0 end) as no_further_action,
        sum(case when has_contradiction then 1 else 0 end) as contradicted,
        sum(case when has_yielded then 1 else 0 end) as yielding
    from cases
    group by grouping sets ((period, partner, rule), (period, partner))

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else reported.rule end as rule,
    case when reported.is_total then 'All rules' else reported.title end as title,
    cast(reported.cases as bigint) as cases,
    cast(reported.opened as bigint) as opened,
    cast(reported.open_cases as bigint) as open_cases,
    cast(reported.under_review as bigint) as under_review,
    cast(reported.concluded as bigint) as concluded,
    cast(reported.no_further_action as bigint) as no_further_action,
    cast(reported.contradicted as bigint) as contradicted,
    cast(reported.yielding as bigint) as yielding,
    {{ share('reported.yielding', 'reported.cases') }} as yield_share,
    reported.is_total,
    {{ printed_order('reported.cases desc, reported.title') }} as sort_order
from reported
order by reported.period, reported.partner, sort_order
