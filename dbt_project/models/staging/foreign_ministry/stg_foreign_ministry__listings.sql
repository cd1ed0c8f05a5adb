-- Every edition of the list is kept: int_intelligence__list_snapshots says which one is the newest.
with delivered as (

    {{ edition_rows(source('raw', 'foreign_ministry__listings'), ['entry_ref']) }}

)

select
    partner,
    feed,
    entry_ref as record_ref,
    submission_id,
    source_row_number,
    marking,
    period,
    edition_sequence,
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
