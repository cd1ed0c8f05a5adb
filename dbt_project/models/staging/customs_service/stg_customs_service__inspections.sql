with delivered as (

    {{ current_rows(source('raw', 'customs_service__inspections'), ['inspection_ref'], 'periodic') }}

)

select
    partner,
    feed,
    inspection_ref as record_ref,
    submission_id,
    source_row_number,
    marking,
    inspection_ref,
    mrn,
    item_no,
    inspection_type,
    trigger,
    inspected_on,
    office_code,
    result
from delivered
