-- One row per application of the trade ministry and fault in its log of events. Nothing is left out of the facts for it: the clock takes a
-- question that was never answered as open to the first outcome, and an answer to nothing as no answer.
with events as (

    select partner, application_ref, event_no, event_type, event_at from {{ ref('stg_trade_ministry__stage_events') }}

),

counted as (

    select
        partner,
        application_ref,
        sum(case when event_type = 'rfi_opened' then 1 else 0 end) as questions,
        sum(case when event_type = 'rfi_answered' then 1 else 0 end) as answers
    from events
    group by partner, application_ref

),

in_time as (

    select
        partner,
        application_ref,
        event_at,
        lag(event_at) over (partition by partner, application_ref order by event_no) as earlier_at
    from events

),

faults as (

    select counted.partner, counted.application_ref, 'question_never_answered' as fault
    from counted
    inner join {{ ref('int_licensing__first_outcomes') }} as decided
        on counted.application_ref = decided.application_ref
    where counted.questions > counted.answers

    union all

    select partner, application_ref, 'answer_without_question' as fault
    from counted
    where answers > questions

    union all

    select distinct partner, application_ref, 'events_out_of_order' as fault
    from in_time
    where event_at < earlier_at

)

select partner, application_ref, fault
from faults
