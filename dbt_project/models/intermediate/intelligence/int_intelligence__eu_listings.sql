-- One row per subject, programme and edition of the EU list, in the common form of all lists. The main name of a subject is
-- its first one in Latin letters (some open with the name in its own script), else its first one.
-- The list marks every name as strong; where a remark on a name says "low quality", it is taken as weak.
{%- set keys = ['submission_id', 'source_row_number'] %}
with entries as (

    select * from {{ ref('stg_eu_commission__sanctions_list') }}

),

name_elements as (

    {{ json_elements('entries', 'name_aliases', keys) }}

),

names as (

    select
        submission_id,
        source_row_number,
        element_no,
        trim({{ json_text('element', '@wholeName') }}) as name,
        nullif({{ json_text('element', '@nameLanguage') }}, '') as language_code,
        {{ json_text('element', '@strong') }} = 'true' and lower(coalesce({{ json_text('element', 'remark') }}, '')) not like '%low quality%' as is_strong
    from name_elements

),

ranked_names as (

    select
        *,
        row_number() over (
            partition by submission_id, source_row_number
            order by case when {{ regexp_found('name', '[A-Za-z]') }} then 0 else 1 end, element_no
        ) as place
    from names
    where name <> ''

),

primary_names as (

    select
        submission_id,
        source_row_number,
        name
    from ranked_names
    where place = 1

),

aliases as (

    select
        submission_id,
        source_row_number,
        {{ json_array_of_objects({'name': 'name', 'quality': "case when is_strong then 'strong' else 'weak' end", 'is_strong': 'is_strong', 'language': 'language_code'}, 'element_no') }} as aliases
    from ranked_names
    where place > 1
    group by submission_id, source_row_number

),

birth_elements as (

    {{ json_elements('entries', 'birthdates', keys) }}

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
                when {{ json_text('element', '@birthdate') }} is not null then {{ json_text('element', '@birthdate') }}
                when {{ json_text('element', '@year') }} is not null and {{ json_text('element', '@monthOfYear') }} is not null
                    then {{ json_text('element', '@year') }} || '-' || lpad({{ json_text('element', '@monthOfYear') }}, 2, '0')
                when {{ json_text('element', '@year') }} is not null then {{ json_text('element', '@year') }}
                when {{ json_text('element', '@yearRangeFrom') }} is not null or {{ json_text('element', '@yearRangeTo') }} is not null
                    then coalesce({{ json_text('element', '@yearRangeFrom') }}, '..') || '/' || coalesce({{ json_text('element', '@yearRangeTo') }}, '..')
            end || case when {{ json_text('element', '@circa') }} = 'true' then '~' else '' end as birth_date
        from birth_elements
    ) as read_dates
    group by submission_id, source_row_number

),

document_elements as (

    {{ json_elements('entries', 'identifications', keys) }}

),

identifiers as (

    select
        submission_id,
        source_row_number,
        {{ json_array_of_objects({
            'type': json_text('element', '@identificationTypeCode'),
            'number': json_text('element', '@number'),
            'country': "nullif(" ~ json_text('element', '@countryIso2Code') ~ ", '00')",
        }, 'element_no') }} as identifiers
    from document_elements
    group by submission_id, source_row_number

),

address_elements as (

    {{ json_elements('entries', 'addresses', keys) }}

),

addresses as (

    select
        submission_id,
        source_row_number,
        {{ json_array_of_objects({
            'text': joined_parts(', ', [
                "nullif(" ~ json_text('element', '@street') ~ ", '')", "nullif(" ~ json_text('element', '@poBox') ~ ", '')",
                "nullif(" ~ json_text('element', '@zipCode') ~ ", '')", "nullif(" ~ json_text('element', '@city') ~ ", '')",
                "nullif(" ~ json_text('element', '@region') ~ ", '')", "nullif(" ~ json_text('element', '@place') ~ ", '')"]),
            'country': "nullif(" ~ json_text('element', '@countryIso2Code') ~ ", '00')",
        }, 'element_no') }} as addresses
    from address_elements
    group by submission_id, source_row_number

),

remark_elements as (

    {{ json_elements('entries', 'remarks', keys) }}

),

remarks as (

    select
        submission_id,
        source_row_number,
        {{ joined_text('element', ' | ', 'element_no') }} as remarks
    from remark_elements
    group by submission_id, source_row_number

)

select
    entries.partner,
    entries.feed,
    entries.record_ref,
    entries.submission_id,
    entries.source_row_number,
    entries.marking,
    'EU-FSF' as list_code,
    entries.logical_id || '/' || entries.programme as entry_ref,
    case entries.subject_type when 'person' then 'person' else 'organisation' end as entity_type,
    primary_names.name as primary_name,
    coalesce(aliases.aliases, '[]') as aliases,
    coalesce(birth_dates.birth_dates, '[]') as birth_dates,
    {{ json_array_of_one('entries.programme') }} as programmes,
    coalesce(identifiers.identifiers, '[]') as identifiers,
    coalesce(addresses.addresses, '[]') as addresses,
    coalesce(entries.designation_date, entries.publication_date) as listed_on,
    remarks.remarks
from entries
{% for part in ['primary_names', 'aliases', 'birth_dates', 'identifiers', 'addresses', 'remarks'] -%}
left join {{ part }}
    on entries.submission_id = {{ part }}.submission_id and entries.source_row_number = {{ part }}.source_row_number
{% endfor %}
