-- M11. Lodged and decided are counted each by its own day: what was decided in a period may have been lodged before it.
with appeals as (

    select
        appeals.partner,
        applications.licence_type as licence_type_code,
        cast({{ local_time('appeals.lodged_at', 'zones.timezone') }} as date) as lodged_on,
        coalesce(cast({{ local_time('appeals.decided_at', 'zones.timezone') }} as date), decisions.decided_on) as decided_on,
        appeals.is_upheld
    from {{ ref('fct_appeals') }} as appeals
    inner join {{ ref('fct_applications') }} as applications
        on appeals.partner = applications.partner and appeals.application_ref = applications.application_ref
    inner join {{ ref('partners') }} as zones on appeals.partner = zones.code
    left join {{ ref('fct_decisions') }} as decisions
        on appeals.partner = decisions.partner and appeals.decision_ref = decisions.decision_ref

),

facts as (

    select
        partner, licence_type_code, lodged_on as counted_on,
        1 as lodged, 0 as decided, 0 as upheld, cast(null as bigint) as days
    from appeals

    union all

    select
        partner, licence_type_code, decided_on as counted_on,
        0 as lodged, 1 as decided, case when is_upheld then 1 else 0 end as upheld, {{ days_from('lodged_on', 'decided_on') }} as days
    from appeals
    where decided_on is not null

),

summed as (

    select
        kinds.period_kind,
        {{ period_of('facts.counted_on') }} as period,
        facts.partner,
        coalesce(facts.licence_type_code, 'total') as licence_type_code,
        grouping(facts.licence_type_code) = 1 as is_total,
        sum(facts.lodged) as lodged,
        sum(facts.decided) as decided,
        sum(facts.upheld) as upheld,
        {{ quantile_that_occurs('facts.days', 0.5) }} as median_days
    from facts
    cross join {{ period_kinds() }}
    group by {{ parts_and_total('facts.counted_on', 'facts.partner', 'facts.licence_type_code') }}

),

reported as (select * from summed)

select
    reported.period,
    reported.period_kind,
    reported.partner,
    reported.licence_type_code,
    case when reported.is_total then 'All types' else types.name end as licence_type,
    cast(reported.lodged as bigint) as lodged,
    cast(reported.decided as bigint) as decided,
    cast(reported.upheld as bigint) as upheld,
    {{ share('reported.upheld', 'reported.decided') }} as upheld_share,
    cast(reported.median_days as integer) as median_days,
    reported.is_total,
    {{ printed_order('reported.licence_type_code') }} as sort_order
from reported
left join {{ ref('licence_types') }} as types on reported.licence_type_code = types.code
order by reported.period, reported.partner, sort_order
