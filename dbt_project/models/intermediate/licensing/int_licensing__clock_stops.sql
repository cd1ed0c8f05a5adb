-- One row per span of time in which an application waited for the applicant: together the union of its questions, in pieces that never
-- overlap, so that two questions open at once stop the clock once. Cut to the spans in which the application was open; a question never
-- answered stops the clock to the end of its span. Questions put on an application that was superseded belong to the one that stands.
with events as (

    select * from {{ ref('stg_trade_ministry__stage_events') }} where event_type in ('rfi_opened', 'rfi_answered')

),

-- Questions and answers carry no number of their own: the log says when the clock was stopped (+1) and let go again (-1), and it
-- stands still while more were asked than answered. An answer that comes when nothing is asked (events out of order) answers nothing:
-- the count never falls below none, so that it cannot swallow a later question.
asked as (

    select
        events.partner,
        coalesce(superseded.standing_ref, events.application_ref) as application_ref,
        events.application_ref || '/' || cast(events.event_no + 1000 as string) as event_order,
        {{ local_time('events.event_at', 'partners.timezone') }} as step_local,
        case when events.event_type = 'rfi_opened' then 1 else -1 end as step
    from events
    inner join {{ ref('partners') }} as partners on events.partner = partners.code
    left join {{ ref('int_licensing__superseded') }} as superseded on events.application_ref = superseded.application_ref

),

-- A decision ends all questions: what was asked before it does not stop the clock of an appeal.
steps as (

    select
        asked.application_ref,
        asked.event_order,
        asked.step_local,
        asked.step,
        spans.span_no,
        spans.opened_local,
        spans.closed_local
    from asked
    inner join {{ ref('int_licensing__open_spans') }} as spans
        on
            asked.partner = spans.partner
            and asked.application_ref = spans.application_ref
            and asked.step_local < spans.closed_local
            and (spans.span_no = 1 or asked.step_local >= spans.opened_local)

),

balances as (

    select
        *,
        sum(step) over (
            partition by application_ref, span_no order by step_local, event_order
            rows between unbounded preceding and current row
        ) as balance
    from steps

),

pieces as (

    select
        application_ref,
        span_no,
        opened_local,
        closed_local,
        balance - least(0, min(balance) over (
            partition by application_ref, span_no order by step_local, event_order
            rows between unbounded preceding and current row
        )) as questions_open,
        step_local as from_local,
        coalesce(
            lead(step_local) over (partition by application_ref, span_no order by step_local, event_order), closed_local
        ) as to_local
    from balances

)

select
    application_ref,
    span_no,
    case when from_local > opened_local then from_local else opened_local end as stopped_local,
    to_local as resumed_local
from pieces
where questions_open > 0 and to_local > opened_local and to_local > from_local
