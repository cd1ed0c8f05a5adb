-- One row per span of time in which an application of an authority with a calendar was open, in the authority's local time. Span 1 runs from
-- the submission (of the first application of its chain) to the first outcome; each later one from an appeal or a reopening to what was
-- decided on it. Spans never overlap. What is open still, or was superseded, has no span.
with superseded as (

    select * from {{ ref('int_licensing__superseded') }}

),

chain_starts as (

    select partner, standing_ref, min(submitted_at) as started_at
    from superseded
    group by partner, standing_ref

),

applications as (

    select
        applications.partner,
        applications.application_ref,
        partners.calendar,
        partners.timezone,
        coalesce(
            {{ local_time('chain_starts.started_at', 'partners.timezone') }}, applications.submitted_local
        ) as submitted_local,
        applications.first_outcome_local
    from {{ ref('int_licensing__applications') }} as applications
    inner join {{ ref('partners') }} as partners on applications.partner = partners.code
    left join chain_starts
        on applications.partner = chain_starts.partner and applications.application_ref = chain_starts.standing_ref
    left join superseded
        on applications.partner = superseded.partner and applications.application_ref = superseded.application_ref
    where partners.calendar is not null and superseded.application_ref is null

),

reopened as (

    select
        applications.partner,
        applications.application_ref,
        events.event_at,
        {{ local_time('events.event_at', 'applications.timezone') }} as opened_local
    from applications
    inner join {{ ref('stg_trade_ministry__stage_events') }} as events
        on applications.partner = events.partner and applications.application_ref = events.application_ref
    where events.event_type in ('appeal_lodged', 'reopened')

),

ends as (

    select application_ref, decided_at as ended_at
    from {{ ref('int_licensing__ministry_decisions') }}
    where outcome <> 'revoked'

    union all

    select application_ref, event_at as ended_at
    from {{ ref('stg_trade_ministry__stage_events') }}
    where event_type = 'appeal_decided'

),

closed_again as (

    select
        reopened.application_ref,
        reopened.opened_local,
        min(ends.ended_at) as closed_at
    from reopened
    inner join ends on reopened.application_ref = ends.application_ref and reopened.event_at < ends.ended_at
    group by reopened.application_ref, reopened.opened_local

),

-- Two appeals, or an appeal and a reopening, that end with the same decision are one span.
later_spans as (

    select application_ref, closed_at, min(opened_local) as opened_local
    from closed_again
    group by application_ref, closed_at

),

spans as (

    select partner, application_ref, calendar, submitted_local as opened_local, first_outcome_local as closed_local
    from applications
    where first_outcome_local >= submitted_local

    union all

    select
        applications.partner,
        applications.application_ref,
        applications.calendar,
        later_spans.opened_local,
        {{ local_time('later_spans.closed_at', 'applications.timezone') }} as closed_local
    from later_spans
    inner join applications on later_spans.application_ref = applications.application_ref
    where later_spans.opened_local >= applications.first_outcome_local

)

select
    partner,
    application_ref,
    calendar,
    cast(row_number() over (partition by partner, application_ref order by opened_local, closed_local) as integer) as span_no,
    opened_local,
    closed_local
from spans
