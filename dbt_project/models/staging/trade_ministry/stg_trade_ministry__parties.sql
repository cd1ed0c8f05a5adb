with current_parties as (

    {{ current_rows(source('raw', 'trade_ministry__parties'), ['application_ref', 'role', 'party_ref'], 'periodic') }}

)

select
    partner,
    feed,
    application_ref || '/' || role || '/' || party_ref as record_ref,
    submission_id,
    source_row_number,
    marking,
    application_ref,
    role,
    party_ref,
    name,
    country,
    city,
    address,
    registration_no,
    lei,
    eori
from current_parties
