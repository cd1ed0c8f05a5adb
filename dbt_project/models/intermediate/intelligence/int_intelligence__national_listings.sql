-- One row per entry and edition of the national list of the foreign ministry, in the common form of all lists.
{%- set keys = ['submission_id', 'source_row_number'] %}
with entries as (

    select * from {{ ref('stg_foreign_ministry__listings') }}

),

name_parts as ({{ json_elements('entries', 'aliases', keys) }}),

names as (

    select
        submission_id,
        source_row_number,
        element_no,
        trim(element) as name,
        'alias' as quality,
        true as is_strong
    from name_parts

),

aliases as (

    {{ listed_aliases('names', keys) }}

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
    entries.reason as remarks,
    '[]' as list_refs
from entries
{{ join_list_parts('entries', ['aliases'], keys) }}
