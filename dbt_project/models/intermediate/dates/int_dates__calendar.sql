-- One row per day of the calendar that the project spans.
with days as (

    select cast({{ days_between("date '" ~ var('calendar_start') ~ "'", "date '" ~ var('calendar_end') ~ "'") }} as date) as date_on

)

select
    date_on,
    year(date_on) as year_number,
    month(date_on) as month_number,
    {{ iso_weekday('date_on') }} as weekday_number,
    {{ quarter_number('date_on') }} as quarter_number,
    {{ half_number('date_on') }} as half_number,
    {{ iso_weekday('date_on') }} > 5 as is_weekend
from days
