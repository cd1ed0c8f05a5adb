with current_applications as (

    {{ current_rows(source('raw', 'trade_ministry__applications'), ['application_ref'], 'periodic') }}

)

select
    partner,
    feed,
    application_ref as record_ref,
    submission_id,
    source_row_number,
    marking,
    application_ref,
    licence_type,
    submitted_at,
    applicant_ref,
    applicant_name,
    destination_country,
    end_use_code,
    end_user_type,
    risk_band,
    is_military,
    legal_basis,
    amendment_of
from current_applications
