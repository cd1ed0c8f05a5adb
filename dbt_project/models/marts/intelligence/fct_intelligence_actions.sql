-- What came of a report: the first action after it. A report is mature when its review was due 90 days before the newest day of which the
-- agencies' records of actions speak; until then an action may still come.
with actions as (

    select
        *,
        row_number() over (
            partition by partner, feed, record_ref, case when acted_on >= received_on then 1 else 0 end order by acted_on, action
        ) as from_first
    from {{ ref('int_intelligence__actions') }}

),

first_actions as (

    select * from actions where from_first = 1 and acted_on >= received_on

),

earlier as (

    select partner, feed, record_ref, count(*) as actions
    from actions
    where acted_on < received_on
    group by partner, feed, record_ref

),

known as (

    select max(told.acted_on) as known_until_on
    from (
        select decided_on as acted_on from {{ ref('fct_decisions') }}
        union all
        select inspected_on as acted_on from {{ ref('fct_inspections') }}
        union all
        select seized_on as acted_on from {{ ref('fct_seizures') }}
        union all
        select opened_on as acted_on from {{ ref('fct_enforcement_cases') }}
    ) as told

)

select
    reports.partner,
    reports.feed,
    reports.record_ref,
    reports.submission_id,
    reports.source_row_number,
    reports.marking,
    reports.report_ref,
    reports.received_on,
    reports.review_on,
    coalesce({{ day_plus('reports.review_on', 90) }} <= known.known_until_on, false) as is_mature,
    coalesce(first_actions.action, 'none') as first_action,
    first_actions.acted_on as first_action_on,
    cast({{ days_from('reports.received_on', 'first_actions.acted_on') }} as integer) as days_to_action,
    cast(coalesce(earlier.actions, 0) as integer) as earlier_actions
from {{ ref('fct_intelligence_reports') }} as reports
cross join known
left join first_actions on {{ same_record('reports', 'first_actions') }}
left join earlier on {{ same_record('reports', 'earlier') }}
