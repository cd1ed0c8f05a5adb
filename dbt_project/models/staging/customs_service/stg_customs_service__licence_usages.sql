with delivered as (

    {{ current_rows(source('raw', 'customs_service__licence_usages'), ['usage_ref'], 'periodic') }}

)

select
    partner,
    feed,
    usage_ref as record_ref,
    submission_id,
    source_row_number,
    marking,
    usage_ref,
    licence_ref,
    line_no,
    usage_type,
    mrn,
    item_no,
    control_date,
    quantity,
    value,
    currency
from delivered
