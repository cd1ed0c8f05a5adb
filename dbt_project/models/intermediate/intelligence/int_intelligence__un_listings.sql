-- One row per entry and edition of the UN list, in the common form of all lists. Persons and entities keep their aliases and addresses under
-- names of their own; one is always absent. An alias of quality 'Low' is weak; the name in its own script is an alias too.
{%- set keys = ['submission_id', 'source_row_number'] %}
with entries as (

    select
        *,
        coalesce(individual_aliases, entity_aliases) as all_aliases,
        coalesce(individual_addresses, entity_addresses) as all_addresses
    from {{ ref('stg_un_security_council__consolidated_list') }}

),

name_elements as (

    {{ json_elements('entries', 'all_aliases', keys) }}

),

names as (

    select
        submission_id,
        source_row_number,
        element_no,
        trim({{ json_text('element', 'ALIAS_NAME') }}) as name,
        {{ json_text('element', 'QUALITY') }} as quality
    from name_elements

    union all

    select
        submission_id,
        source_row_number,
        0 as element_no,
        trim(name_original_script) as name,
        'original script' as quality
    from entries

),

aliases as (

    select
        submission_id,
        source_row_number,
        {{ json_array_of_objects({'name': 'name', 'quality': 'quality', 'is_strong': "coalesce(quality, '') <> 'Low'"}, 'element_no') }} as aliases
    from names
    where name <> ''
    group by submission_id, source_row_number

),

birth_elements as (

    {{ json_elements('entries', 'individual_birth_dates', keys) }}

),

birth_dates as (

    select
        submission_id,
        source_row_number,
        {{ json_array_of_distinct('birth_date') }} as birth_dates
    from (
        select
            submission_id,
            source_row_number,
            case
                when {{ json_text('element', 'DATE') }} <> '' then substr({{ json_text('element', 'DATE') }}, 1, 10)
                when {{ json_text('element', 'YEAR') }} <> '' then {{ json_text('element', 'YEAR') }}
                when {{ json_text('element', 'FROM_YEAR') }} <> '' or {{ json_text('element', 'TO_YEAR') }} <> ''
                    then coalesce({{ json_text('element', 'FROM_YEAR') }}, '..') || '/' || coalesce({{ json_text('element', 'TO_YEAR') }}, '..')
            end || case when {{ json_text('element', 'TYPE_OF_DATE') }} = 'APPROXIMATELY' then '~' else '' end as birth_date
        from birth_elements
    ) as read_dates
    group by submission_id, source_row_number

),

document_elements as (

    {{ json_elements('entries', 'individual_documents', keys) }}

),

identifiers as (

    select
        submission_id,
        source_row_number,
        {{ json_array_of_objects({
            'type': json_text('element', 'TYPE_OF_DOCUMENT'),
            'number': "trim(" ~ json_text('element', 'NUMBER') ~ ")",
            'country': "coalesce(" ~ json_text('element', 'COUNTRY_OF_ISSUE') ~ ", " ~ json_text('element', 'ISSUING_COUNTRY') ~ ")",
        }, 'element_no') }} as identifiers
    from document_elements
    where {{ json_text('element', 'NUMBER') }} <> ''
    group by submission_id, source_row_number

),

address_elements as (

    {{ json_elements('entries', 'all_addresses', keys) }}

),

addresses as (

    select
        submission_id,
        source_row_number,
        {{ json_array_of_objects({
            'text': joined_parts(', ', [
                json_text('element', 'STREET'), json_text('element', 'ZIP_CODE'), json_text('element', 'CITY'),
                json_text('element', 'STATE_PROVINCE'), json_text('element', 'NOTE')]),
            'country': json_text('element', 'COUNTRY'),
        }, 'element_no') }} as addresses
    from address_elements
    where {{ joined_parts('', [json_text('element', 'STREET'), json_text('element', 'CITY'), json_text('element', 'STATE_PROVINCE'), json_text('element', 'COUNTRY'), json_text('element', 'NOTE')]) }} is not null
    group by submission_id, source_row_number

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
    {{ joined_parts(' ', ['trim(entries.first_name)', 'trim(entries.second_name)', 'trim(entries.third_name)', 'trim(entries.fourth_name)']) }} as primary_name,
    coalesce(aliases.aliases, '[]') as aliases,
    coalesce(birth_dates.birth_dates, '[]') as birth_dates,
    {{ json_array_of_one('entries.list_name') }} as programmes,
    coalesce(identifiers.identifiers, '[]') as identifiers,
    coalesce(addresses.addresses, '[]') as addresses,
    entries.listed_on,
    entries.comments as remarks
from entries
{% for part in ['aliases', 'birth_dates', 'identifiers', 'addresses'] -%}
left join {{ part }}
    on entries.submission_id = {{ part }}.submission_id and entries.source_row_number = {{ part }}.source_row_number
{% endfor %}
