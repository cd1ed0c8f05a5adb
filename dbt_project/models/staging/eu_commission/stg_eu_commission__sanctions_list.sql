-- Every edition of the list is kept: int_intelligence__list_snapshots says which one is the newest.
with delivered as (

    {{ edition_rows(source('raw', 'eu_commission__sanctions_list'), ['logical_id', 'programme']) }}

)

select
    partner,
    feed,
    eu_reference_number as record_ref,
    submission_id,
    source_row_number,
    marking,
    period,
    edition_sequence,
    logical_id,
    programme,
    eu_reference_number,
    united_nation_id,
    designation_date,
    designation_details,
    remarks,
    subject_type,
    classification_code,
    regulation_logical_id,
    regulation_type,
    organisation_type,
    publication_date,
    entry_into_force_date,
    number_title,
    publication_url,
    name_aliases,
    citizenships,
    birthdates,
    identifications,
    addresses
from delivered
