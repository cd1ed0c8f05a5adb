-- One row per application with a known clock: the working days from submission to first outcome, and those on which it was open in all,
-- appeals and reopenings included.
--
-- A working day counts if the application is open at 18:00 of that day, local time: the day of submission counts if it came in before
-- 18:00, the day of the decision if it was taken at 18:00 or later, the same day gives 0. Working days on which at 18:00 the authority
-- waited for the applicant's answer are taken out (domain rule M1). Partners that give days without the hour count from midnight. A clock
-- that runs beyond the years of which the holidays are known is not known.
with open_spans as (

    select * from {{ ref('int_licensing__open_spans') }}

),

spans as (

    select partner, application_ref, calendar, span_no, opened_local as from_local, closed_local as to_local, 1 as sign
    from open_spans

    union all

    select
        open_spans.partner, open_spans.application_ref, open_spans.calendar, open_spans.span_no,
        stops.stopped_local as from_local, stops.resumed_local as to_local, -1 as sign
    from {{ ref('int_licensing__clock_stops') }} as stops
    inner join open_spans on stops.application_ref = open_spans.application_ref and stops.span_no = open_spans.span_no

),

counted as (

    select
        spans.partner,
        spans.application_ref,
        spans.span_no,
        spans.sign,
        to_days.working_days_before
        + case when to_days.is_working_day and hour(spans.to_local) >= 18 then 1 else 0 end
        - from_days.working_days_before
        - case when from_days.is_working_day and hour(spans.from_local) >= 18 then 1 else 0 end as working_days
    from spans
    left join {{ ref('int_dates__working_days') }} as from_days
        on spans.calendar = from_days.calendar and cast(spans.from_local as date) = from_days.date_on
    left join {{ ref('int_dates__working_days') }} as to_days
        on spans.calendar = to_days.calendar and cast(spans.to_local as date) = to_days.date_on

),

summed as (

    select
        partner,
        application_ref,
        sum(case when span_no = 1 then sign * working_days end) as first_days,
        sum(case when span_no = 1 and sign < 0 then working_days else 0 end) as stopped_days,
        sum(sign * working_days) as open_days,
        sum(case when span_no = 1 and working_days is null then 1 else 0 end) as unknown_in_first,
        sum(case when working_days is null then 1 else 0 end) as unknown_in_all
    from counted
    group by partner, application_ref

)

select
    partner,
    application_ref,
    cast(first_days as integer) as working_days_to_first_outcome,
    cast(stopped_days as integer) as working_days_stopped,
    cast(case when unknown_in_all = 0 then open_days end as integer) as working_days_open
from summed
where unknown_in_first = 0
