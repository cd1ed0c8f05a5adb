select
    date_on,
    year_number,
    month_number,
    weekday_number,
    {{ quarter_name('quarter_number') }} as quarter,
    {{ half_name('half_number') }} as half_year,
    is_weekend
from {{ ref('int_dates__calendar') }}
order by date_on
