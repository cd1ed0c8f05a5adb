with delivered as (

    {{ current_rows(source('raw', 'foreign_ministry__denials'), ['denial_ref'], 'periodic') }}

)

select
    partner,
    feed,
    denial_ref as record_ref,
    submission_id,
    source_row_number,
    marking,
    denial_ref,
    issued_on,
    notifying_state,
    regime,
    control_code,
    goods_description,
    end_user_name,
    end_user_country,
    consignee_name,
    criteria,
    expires_on,
    status
from delivered
