with denials as (

    select
        *,
        {{ normalise_rating('control_code') }} as rating
    from {{ ref('stg_foreign_ministry__denials') }}

)

select
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    denial_ref,
    issued_on,
    expires_on,
    status,
    notifying_state as notifying_country_code,
    regime,
    control_code as rating_code,
    rating,
    goods_description,
    end_user_name,
    end_user_country as end_user_country_code,
    consignee_name,
    coalesce(criteria, '[]') as criteria
from denials
