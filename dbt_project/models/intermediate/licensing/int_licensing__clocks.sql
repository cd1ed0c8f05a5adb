-- One row per application with a known clock: the working days from submission to first outcome.
--
-- A working day counts if the application is open at 18:00 of that day, local time: the day of submission counts if it came in before
-- 18:00, the day of the decision if it was taken at 18:00 or later, the same day gives 0. Working days on which at 18:00 the authority
-- waited for the applicant's answer are taken out (domain rule M1). Partners that give days without the hour count from midnight.
with applications as (

    select
        applications.partner,
        applications.application_ref,
        applications.submitted_local,
        applications.first_outcome_local,
        partners.calendar
    from {{ ref('int_licensing__applications') }} as applications
    inner join {{ ref('partners') }} as partners on applications.partner = partners.code
    where applications.first_outcome_local >= applications.submitted_local and partners.calendar is not null

),

spans as (

    select
        partner, application_ref, calendar,
        submitted_local as from_local, first_outcome_local as to_local, 1 as sign
    from applications

    union all

    select
        applications.partner, applications.application_ref, applications.calendar,
        stops.stopped_local as from_local, stops.resumed_local as to_local, -1 as sign
    from {{ ref('int_licensing__clock_stops') }} as stops
    inner join applications on stops.application_ref = applications.application_ref

),

counted as (

    select
        spans.partner,
        spans.application_ref,
        spans.sign,
        to_days.working_days_before
        + case when to_days.is_working_day and hour(spans.to_local) >= 18 then 1 else 0 end
        - from_days.working_days_before
        - case when from_days.is_working_day and hour(spans.from_local) >= 18 then 1 else 0 end as working_days
    from spans
    inner join {{ ref('int_dates__working_days') }} as from_days
        on spans.calendar = from_days.calendar and cast(spans.from_local as date) = from_days.date_on
    inner join {{ ref('int_dates__working_days') }} as to_days
        on spans.calendar = to_days.calendar and cast(spans.to_local as date) = to_days.date_on

)

select
    partner,
    application_ref,
    cast(sum(sign * working_days) as integer) as working_days_to_first_outcome,
    cast(sum(case when sign < 0 then working_days else 0 end) as integer) as working_days_stopped
from counted
group by partner, application_ref
