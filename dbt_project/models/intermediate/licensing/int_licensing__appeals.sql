-- One row per appeal lodged, with the decision on it: the first one that the log holds after the lodging.
with lodged as (

    select
        *,
        row_number() over (partition by application_ref order by event_at, event_no) as appeal_no,
        lead(event_at) over (partition by application_ref order by event_at, event_no) as next_lodged_at
    from {{ ref('stg_trade_ministry__stage_events') }}
    where event_type = 'appeal_lodged'

),

decided as (

    select lodged.application_ref, lodged.appeal_no, min(events.event_at) as decided_at
    from lodged
    inner join {{ ref('stg_trade_ministry__stage_events') }} as events
        on
            lodged.application_ref = events.application_ref
            and events.event_type = 'appeal_decided'
            and lodged.event_at <= events.event_at
            and (lodged.next_lodged_at is null or lodged.next_lodged_at > events.event_at)
    group by lodged.application_ref, lodged.appeal_no

),

upheld as (

    select lodged.application_ref, lodged.appeal_no, min(decisions.decision_ref) as decision_ref
    from lodged
    inner join {{ ref('int_licensing__ministry_decisions') }} as decisions
        on
            lodged.application_ref = decisions.application_ref
            and decisions.is_on_appeal
            and lodged.event_at <= decisions.decided_at
            and (lodged.next_lodged_at is null or lodged.next_lodged_at > decisions.decided_at)
    group by lodged.application_ref, lodged.appeal_no

)

select
    lodged.partner,
    lodged.feed,
    lodged.record_ref,
    lodged.submission_id,
    lodged.source_row_number,
    lodged.marking,
    lodged.application_ref,
    cast(lodged.appeal_no as integer) as appeal_no,
    lodged.event_at as lodged_at,
    decided.decided_at,
    upheld.decision_ref,
    case when decided.decided_at is not null or upheld.decision_ref is not null then upheld.decision_ref is not null end as is_upheld
from lodged
left join decided on lodged.application_ref = decided.application_ref and lodged.appeal_no = decided.appeal_no
left join upheld on lodged.application_ref = upheld.application_ref and lodged.appeal_no = upheld.appeal_no
