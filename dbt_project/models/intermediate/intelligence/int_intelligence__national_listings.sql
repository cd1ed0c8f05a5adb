-- One row per entry and edition of the national list of the foreign ministry, in the common form of all lists.
with entries as (

    select * from {{ ref('stg_foreign_ministry__listings') }}

),

other_names as (

    {{ json_elements('entries', 'aliases', ['submission_id', 'source_row_number']) }}

),

aliases as (

    select
        submission_id,
        source_row_number,
        {{ json_array_of_objects({'name': 'trim(element)', 'quality': "'alias'", 'is_strong': 'true'}, 'element_no') }} as aliases
    from other_names
    where trim(element) <> ''
    group by submission_id, source_row_number

)

select
    entries.partner,
    entries.feed,
    entries.record_ref,
    entries.submission_id,
    entries.source_row_number,
    entries.marking,
    entries.list_code,
    entries.entry_ref,
    entries.entity_type,
    entries.name as primary_name,
    coalesce(aliases.aliases, '[]') as aliases,
    {{ json_array_of_one('entries.birth_date') }} as birth_dates,
    {{ json_array_of_one('entries.programme') }} as programmes,
    '[]' as identifiers,
    '[]' as addresses,
    entries.listed_on,
    entries.reason as remarks
from entries
left join aliases
    on entries.submission_id = aliases.submission_id and entries.source_row_number = aliases.source_row_number
