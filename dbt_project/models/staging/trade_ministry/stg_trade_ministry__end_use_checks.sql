with current_checks as (

    {{ current_rows(source('raw', 'trade_ministry__end_use_checks'), ['check_ref'], 'periodic') }}

)

select
    partner,
    feed,
    check_ref as record_ref,
    submission_id,
    source_row_number,
    marking,
    check_ref,
    check_type,
    application_ref,
    licence_ref,
    country,
    place,
    requested_on,
    due_on,
    conducted_on,
    outcome,
    finding_codes,
    follow_up
from current_checks
