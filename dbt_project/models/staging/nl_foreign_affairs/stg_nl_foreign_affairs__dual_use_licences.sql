-- A number occurs twice with different ratings, and a rating may be missing: the reference is made of both.
with current_dual_use_licences as (

    {{ current_rows(source('raw', 'nl_foreign_affairs__dual_use_licences'), ['licence_ref', 'rating_code'], 'snapshot') }}

)

select
    partner,
    feed,
    licence_ref || '/' || replace(coalesce(rating_code, ''), chr(10), '') as record_ref,
    submission_id,
    source_row_number,
    marking,
    issued_on,
    licence_ref,
    rating_code,
    goods_description,
    end_use,
    export_kind,
    destination_country,
    origin_country,
    value,
    expires_on
from current_dual_use_licences
