-- One row per entry and edition of the UN list, in the common form of all lists. Persons and entities keep their
-- aliases and addresses under names of their own; one is always absent. An alias of quality 'Low' is weak; the name
-- in its own script is an alias too.
{%- set keys = ['submission_id', 'source_row_number'] %}
{%- set name_columns = ['first_name', 'second_name', 'third_name', 'fourth_name'] %}
with entries as (

    select
        *,
        coalesce(individual_aliases, entity_aliases) as all_aliases,
        coalesce(individual_addresses, entity_addresses) as all_addresses
    from {{ ref('stg_un_security_council__consolidated_list') }}

),

name_parts as ({{ json_elements('entries', 'all_aliases', keys) }}),

birth_parts as ({{ json_elements('entries', 'individual_birth_dates', keys) }}),

document_parts as ({{ json_elements('entries', 'individual_documents', keys) }}),

address_parts as ({{ json_elements('entries', 'all_addresses', keys) }}),

names as (

    select
        submission_id,
        source_row_number,
        element_no,
        {{ json_given('element', 'ALIAS_NAME') }} as name,
        {{ json_given('element', 'QUALITY') }} as quality,
        coalesce({{ json_text('element', 'QUALITY') }}, '') <> 'Low' as is_strong
    from name_parts

    union all

    select
        submission_id,
        source_row_number,
        0 as element_no,
        name_original_script as name,
        'original script' as quality,
        true as is_strong
    from entries

),

aliases as (

    {{ listed_aliases('names', keys) }}

),

births as (

    select
        submission_id,
        source_row_number,
        {{ partial_date_from_parts(
            "substr(" ~ json_given('element', 'DATE') ~ ", 1, 10)", json_given('element', 'YEAR'), 'null',
            json_given('element', 'FROM_YEAR'), json_given('element', 'TO_YEAR')) }}
        || case when {{ json_text('element', 'TYPE_OF_DATE') }} = 'APPROXIMATELY' then '~' else '' end as birth_date
    from birth_parts

),

birth_dates as (

    select
        submission_id,
        source_row_number,
        {{ json_array_of_distinct('birth_date') }} as birth_dates
    from births
    group by submission_id, source_row_number

),

identifiers as (

    {{ listed_identifiers(
        'document_parts', keys, 'TYPE_OF_DOCUMENT', 'NUMBER',
        "coalesce("
        ~ json_given('element', 'COUNTRY_OF_ISSUE') ~ ", " ~ json_given('element', 'ISSUING_COUNTRY') ~ ")") }}

),

addresses as (

    {{ listed_addresses(
        'address_parts', keys, ['STREET', 'ZIP_CODE', 'CITY', 'STATE_PROVINCE', 'NOTE'], 'COUNTRY') }}

)

select
    entries.partner,
    entries.feed,
    entries.record_ref,
    entries.submission_id,
    entries.source_row_number,
    entries.marking,
    'UN-SC' as list_code,
    entries.data_id as entry_ref,
    case entries.record_kind when 'INDIVIDUAL' then 'person' else 'organisation' end as entity_type,
    {{ joined_parts(' ', name_columns) }} as primary_name,
    coalesce(aliases.aliases, '[]') as aliases,
    coalesce(birth_dates.birth_dates, '[]') as birth_dates,
    {{ json_array_of_one('entries.list_name') }} as programmes,
    coalesce(identifiers.identifiers, '[]') as identifiers,
    coalesce(addresses.addresses, '[]') as addresses,
    entries.listed_on,
    entries.comments as remarks,
    {{ json_array_of_one('entries.reference_number') }} as list_refs
from entries
{{ join_list_parts('entries', ['aliases', 'birth_dates', 'identifiers', 'addresses'], keys) }}
