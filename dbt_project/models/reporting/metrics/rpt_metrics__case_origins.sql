-- M15 is the row of voluntary disclosures: cases that the exporter himself brought, of all cases opened.
with summed as (

    select
        kinds.period_kind,
        {{ period_of('cases.opened_on') }} as period,
        cases.partner,
        coalesce(cases.origin, 'total') as origin_code,
        grouping(cases.origin) = 1 as is_total,
        count(*) as cases_opened
    from {{ ref('fct_enforcement_cases') }} as cases
    cross join {{ period_kinds() }}
    where cases.opened_on is not null and cases.origin is not null
    group by {{ parts_and_total('cases.opened_on', 'cases.partner', 'cases.origin') }}

),

reported as (

    select
        *,
        max(case when is_total then cases_opened end) over (partition by partner, period) as all_cases
    from summed

)

select
    reported.period,
    reported.period_kind,
    reported.partner,
    reported.origin_code,
    case when reported.is_total then 'All cases' else origins.label end as origin,
    cast(reported.cases_opened as bigint) as cases_opened,
    {{ share('reported.cases_opened', 'reported.all_cases') }} as share_of_cases,
    reported.is_total,
    {{ printed_order('reported.origin_code') }} as sort_order
from reported
left join {{ ref('case_origins') }} as origins on reported.origin_code = origins.code
order by reported.period, reported.partner, sort_order
