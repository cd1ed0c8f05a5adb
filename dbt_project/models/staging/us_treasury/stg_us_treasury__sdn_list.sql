-- Every edition of the list is kept: int_intelligence__list_snapshots says which one is the newest.
with delivered as (

    {{ edition_rows(source('raw', 'us_treasury__sdn_list'), ['uid']) }}

)

select
    partner,
    feed,
    uid as record_ref,
    submission_id,
    source_row_number,
    marking,
    period,
    edition_sequence,
    uid,
    first_name,
    last_name,
    title,
    sdn_type,
    remarks,
    programs,
    akas,
    addresses,
    nationalities,
    citizenships,
    birth_dates,
    birth_places,
    ids,
    vessel_call_sign,
    vessel_type,
    vessel_flag,
    vessel_owner,
    vessel_tonnage,
    vessel_gross_tonnage
from delivered
