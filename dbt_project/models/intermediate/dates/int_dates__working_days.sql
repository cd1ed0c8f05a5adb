-- One row per calendar of public holidays and day of the years for which its holidays are listed: beyond them nobody knows which days were
-- worked, and a clock that runs there is not known. `working_days_before` counts the working days earlier than this one, so that the
-- working days from a to b, the first counted and the last not, are the difference of two look-ups.
with calendars as (

    select
        partners.calendar,
        min(year(holidays.holiday_on)) as first_year,
        max(year(holidays.holiday_on)) as last_year
    from {{ ref('partners') }} as partners
    inner join {{ ref('holidays') }} as holidays on partners.calendar = holidays.calendar
    group by partners.calendar

),

days as (

    select
        calendars.calendar,
        calendar_days.date_on,
        not calendar_days.is_weekend and holidays.holiday_on is null as is_working_day
    from calendars
    inner join {{ ref('int_dates__calendar') }} as calendar_days
        on year(calendar_days.date_on) between calendars.first_year and calendars.last_year
    left join {{ ref('holidays') }} as holidays
        on calendars.calendar = holidays.calendar and calendar_days.date_on = holidays.holiday_on

),

counted as (

    select
        calendar,
        date_on,
        is_working_day,
        sum(case when is_working_day then 1 else 0 end) over (
            partition by calendar order by date_on rows between unbounded preceding and current row
        ) as working_days_through
    from days

)

select
    calendar,
    date_on,
    is_working_day,
    cast(working_days_through - case when is_working_day then 1 else 0 end as integer) as working_days_before
from counted
