with delivered as (

    {{ current_rows(source('raw', 'customs_service__seizures'), ['seizure_ref'], 'periodic') }}

)

select
    partner,
    feed,
    seizure_ref as record_ref,
    submission_id,
    source_row_number,
    marking,
    seizure_ref,
    mrn,
    seized_on,
    office_code,
    goods_description,
    control_code,
    hs_code,
    quantity,
    unit,
    value,
    currency,
    destination_country,
    exporter_name,
    consignee_name,
    consignee_country,
    legal_ground,
    licence_ref,
    released_on
from delivered
