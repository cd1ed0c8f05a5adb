-- One row per entry and edition of the US list, in the common form of all lists. The list gives no day of listing.
-- Gender and notices of secondary sanctions stand among its documents: they number nothing and are left out of
-- `identifiers`.
{%- set keys = ['submission_id', 'source_row_number'] %}
with entries as (

    select * from {{ ref('stg_us_treasury__sdn_list') }}

),

name_parts as ({{ json_elements('entries', 'akas', keys) }}),

birth_parts as ({{ json_elements('entries', 'birth_dates', keys) }}),

document_parts as ({{ json_elements('entries', 'ids', keys) }}),

address_parts as ({{ json_elements('entries', 'addresses', keys) }}),

names as (

    select
        submission_id,
        source_row_number,
        element_no,
        {{ joined_parts(' ', [json_given('element', 'firstName'), json_given('element', 'lastName')]) }} as name,
        {{ joined_parts(' ', [json_given('element', 'category'), json_given('element', 'type')]) }} as quality,
        {{ json_text('element', 'category') }} = 'strong' as is_strong
    from name_parts

),

aliases as (

    {{ listed_aliases('names', keys) }}

),

births as (

    select
        submission_id,
        source_row_number,
        {{ json_given('element', 'dateOfBirth') }} as words
    from birth_parts

),

birth_dates as (

    select
        submission_id,
        source_row_number,
        {{ json_array_of_distinct(birth_date_from_words('words')) }} as birth_dates
    from births
    group by submission_id, source_row_number

),

identifiers as (

    {{ listed_identifiers(
        'document_parts', keys, 'idType', 'idNumber', json_given('element', 'idCountry'),
        "type <> 'Gender' and lower(type) not like '%sanction%'") }}

),

addresses as (

    {{ listed_addresses(
        'address_parts', keys,
        ['address1', 'address2', 'address3', 'postalCode', 'city', 'stateOrProvince'], 'country') }}

)

select
    entries.partner,
    entries.feed,
    entries.record_ref,
    entries.submission_id,
    entries.source_row_number,
    entries.marking,
    'US-SDN' as list_code,
    entries.uid as entry_ref,
    case entries.sdn_type
        when 'Individual' then 'person'
        when 'Vessel' then 'vessel'
        when 'Aircraft' then 'aircraft'
        else 'organisation'
    end as entity_type,
    {{ joined_parts(' ', ['entries.first_name', 'entries.last_name']) }} as primary_name,
    coalesce(aliases.aliases, '[]') as aliases,
    coalesce(birth_dates.birth_dates, '[]') as birth_dates,
    entries.programs as programmes,
    coalesce(identifiers.identifiers, '[]') as identifiers,
    coalesce(addresses.addresses, '[]') as addresses,
    cast(null as date) as listed_on,
    {{ joined_parts(' | ', ['entries.title', 'entries.remarks']) }} as remarks,
    '[]' as list_refs
from entries
{{ join_list_parts('entries', ['aliases', 'birth_dates', 'identifiers', 'addresses'], keys) }}
