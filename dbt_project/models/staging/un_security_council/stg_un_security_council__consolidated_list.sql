-- Every edition of the list is kept: int_intelligence__list_snapshots says which one is the newest.
with delivered as (

    {{ edition_rows(source('raw', 'un_security_council__consolidated_list'), ['data_id']) }}

)

select
    partner,
    feed,
    data_id as record_ref,
    submission_id,
    source_row_number,
    marking,
    period,
    edition_sequence,
    data_id,
    record_kind,
    version_no,
    first_name,
    second_name,
    third_name,
    fourth_name,
    name_original_script,
    list_name,
    reference_number,
    listed_on,
    gender,
    submitted_by,
    submitted_on,
    comments,
    titles,
    designations,
    nationalities,
    list_types,
    updated_on,
    individual_aliases,
    individual_addresses,
    individual_birth_dates,
    individual_birth_places,
    individual_documents,
    entity_aliases,
    entity_addresses,
    sort_key,
    sort_key_last_modified
from delivered
