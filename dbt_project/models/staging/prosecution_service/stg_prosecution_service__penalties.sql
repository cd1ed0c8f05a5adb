with delivered as (

    {{ current_rows(source('raw', 'prosecution_service__penalties'), ['penalty_ref'], 'periodic') }}

)

select
    partner,
    feed,
    penalty_ref as record_ref,
    submission_id,
    source_row_number,
    marking,
    penalty_ref,
    case_ref,
    disposition,
    amount,
    currency,
    custody_months,
    imposed_on,
    is_under_appeal,
    is_named_publicly
from delivered
