-- One row per span of time in which an application waited for the applicant: together the union of its questions, in pieces that never
-- overlap, so that two questions open at once stop the clock once. Cut to the time between submission and first outcome; a question never answered stops the clock to the end.
with events as (

    select * from {{ ref('stg_trade_ministry__stage_events') }} where event_type in ('rfi_opened', 'rfi_answered')

),

applications as (

    select partner, application_ref, submitted_local, first_outcome_local
    from {{ ref('int_licensing__applications') }}
    where submitted_local is not null and first_outcome_local is not null

),

-- Questions and answers carry no number of their own: the log says when the clock was stopped (+1) and let go again (-1), and it
-- stands still while more were asked than answered. An answer that comes when nothing is asked (events out of order) answers nothing:
-- the count never falls below none, so that it cannot swallow a later question.
steps as (

    select
        applications.application_ref,
        applications.submitted_local,
        applications.first_outcome_local,
        events.event_no,
        {{ local_time('events.event_at', 'partners.timezone') }} as step_local,
        case when events.event_type = 'rfi_opened' then 1 else -1 end as step
    from events
    inner join {{ ref('partners') }} as partners on events.partner = partners.code
    inner join applications
        on events.partner = applications.partner and events.application_ref = applications.application_ref

),

balances as (

    select
        application_ref,
        submitted_local,
        first_outcome_local,
        event_no,
        step_local,
        sum(step) over (
            partition by application_ref order by step_local, event_no
            rows between unbounded preceding and current row
        ) as balance
    from steps

),

spans as (

    select
        application_ref,
        submitted_local,
        first_outcome_local,
        balance - least(0, min(balance) over (
            partition by application_ref order by step_local, event_no
            rows between unbounded preceding and current row
        )) as questions_open,
        step_local as from_local,
        lead(step_local) over (partition by application_ref order by step_local, event_no) as to_local
    from balances

)

select
    application_ref,
    case when from_local > submitted_local then from_local else submitted_local end as stopped_local,
    case when to_local < first_outcome_local then to_local else first_outcome_local end as resumed_local
from spans
where
    questions_open > 0
    and from_local < first_outcome_local
    and coalesce(to_local, first_outcome_local) > submitted_local
