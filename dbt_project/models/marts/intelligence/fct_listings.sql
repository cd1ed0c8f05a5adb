with listings as (

    select * from {{ ref('int_intelligence__listings') }}

)

select
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    list_code,
    entry_ref,
    entity_type,
    primary_name,
    aliases,
    birth_dates,
    countries,
    country_texts,
    programmes,
    identifiers,
    addresses,
    listed_on,
    listed_on as valid_from,
    cast(null as date) as valid_to,
    remarks
from listings
where is_newest
