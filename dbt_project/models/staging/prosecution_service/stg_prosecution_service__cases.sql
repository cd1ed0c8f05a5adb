with delivered as (

    {{ current_rows(source('raw', 'prosecution_service__cases'), ['case_ref'], 'periodic') }}

)

select
    partner,
    feed,
    case_ref as record_ref,
    submission_id,
    source_row_number,
    marking,
    case_ref,
    opened_on,
    offence_code,
    origin,
    status,
    concluded_on,
    accused_name,
    accused_country,
    seizure_ref,
    goods_value,
    currency
from delivered
