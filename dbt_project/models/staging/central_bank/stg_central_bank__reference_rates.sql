-- The table stays as wide as the bank publishes it; int_currencies__daily_rates turns it.
with current_reference_rates as (

    {{ current_rows(source('raw', 'central_bank__reference_rates'), ['date'], 'snapshot') }}

)

select
    partner,
    feed,
    cast(date as varchar) as record_ref,
    submission_id,
    source_row_number,
    marking,
    date,
    usd,
    jpy,
    gbp,
    sek,
    nok,
    chf
from current_reference_rates
