select
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    currency_code,
    rate_on,
    units_per_eur
from {{ ref('int_currencies__daily_rates') }}
order by currency_code, rate_on
