-- Every edition of the list is kept: int_intelligence__list_snapshots says which one is the newest.
with delivered as (

    select * from {{ source('raw', 'foreign_ministry__listings') }}

)

select
    partner,
    feed,
    entry_ref as record_ref,
    submission_id,
    source_row_number,
    marking,
    period,
    sequence,
    entry_ref,
    list_code,
    entity_type,
    name,
    aliases,
    birth_date,
    countries,
    programme,
    listed_on,
    reason
from delivered
