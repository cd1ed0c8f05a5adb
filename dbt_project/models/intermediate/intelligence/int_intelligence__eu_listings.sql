-- One row per subject, programme and edition of the EU list, in the common form of all lists. The main name of a
-- subject is its first one in Latin letters (some open with the name in its own script), else its first one. The
-- list marks every name as strong; where a remark on a name says "low quality", it is taken as weak.
{%- set keys = ['submission_id', 'source_row_number'] %}
with entries as (

    select * from {{ ref('stg_eu_commission__sanctions_list') }}

),

name_parts as ({{ json_elements('entries', 'name_aliases', keys) }}),

birth_parts as ({{ json_elements('entries', 'birthdates', keys) }}),

document_parts as ({{ json_elements('entries', 'identifications', keys) }}),

address_parts as ({{ json_elements('entries', 'addresses', keys) }}),

remark_parts as ({{ json_elements('entries', 'remarks', keys) }}),

names as (

    select
        submission_id,
        source_row_number,
        element_no,
        {{ json_given('element', '@wholeName') }} as name,
        {{ json_text('element', '@strong') }} = 'true'
        and lower(coalesce({{ json_text('element', 'remark') }}, '')) not like '%low quality%' as is_strong
    from name_parts

),

ranked_names as (

    select
        *,
        case when is_strong then 'strong' else 'weak' end as quality,
        row_number() over (
            partition by submission_id, source_row_number
            order by case when {{ regexp_found('name', '[A-Za-z]') }} then 0 else 1 end, element_no
        ) as place
    from names
    where name is not null

),

other_names as (

    select * from ranked_names where place > 1

),

aliases as (

    {{ listed_aliases('other_names', keys) }}

),

births as (

    select
        submission_id,
        source_row_number,
        {{ partial_date_from_parts(
            json_given('element', '@birthdate'), json_given('element', '@year'),
            "lpad(" ~ json_given('element', '@monthOfYear') ~ ", 2, '0')",
            json_given('element', '@yearRangeFrom'), json_given('element', '@yearRangeTo')) }}
        || case when {{ json_text('element', '@circa') }} = 'true' then '~' else '' end as birth_date
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
        'document_parts', keys, '@identificationTypeCode', '@number',
        "nullif(" ~ json_text('element', '@countryIso2Code') ~ ", '00')") }}

),

addresses as (

    {{ listed_addresses(
        'address_parts', keys, ['@street', '@poBox', '@zipCode', '@city', '@region', '@place'],
        '@countryIso2Code', '00') }}

),

remarks as (

    select
        submission_id,
        source_row_number,
        {{ joined_text('element', ' | ', 'element_no') }} as remarks
    from remark_parts
    group by submission_id, source_row_number

),

primary_names as (

    select * from ranked_names where place = 1

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
    remarks.remarks,
    {{ json_array_of_one('entries.united_nation_id') }} as list_refs
from entries
{{ join_list_parts(
    'entries', ['primary_names', 'aliases', 'birth_dates', 'identifiers', 'addresses', 'remarks'], keys) }}
