-- Every edition of the list is kept: int_intelligence__list_snapshots says which one is the newest.
with delivered as (

    {{ edition_rows(source('raw', 'uk_treasury__consolidated_list'), []) }}

)

select
    partner,
    feed,
    group_id as record_ref,
    submission_id,
    source_row_number,
    marking,
    period,
    edition_sequence,
    name_6,
    name_1,
    name_2,
    name_3,
    name_4,
    name_5,
    title,
    birth_date,
    birth_town,
    birth_country,
    nationality,
    passport_details,
    ni_number,
    position,
    address_1,
    address_2,
    address_3,
    address_4,
    address_5,
    address_6,
    post_code,
    country,
    other_information,
    group_type,
    alias_type,
    regime,
    listed_on,
    last_updated,
    group_id
from delivered
