-- One row per entry and edition of the US list, in the common form of all lists. The list gives no day of listing.
-- Gender and notices of secondary sanctions stand among the documents of the list: they number nothing and are left out of `identifiers`.
{%- set keys = ['submission_id', 'source_row_number'] %}
with entries as (

    select * from {{ ref('stg_us_treasury__sdn_list') }}

),

name_elements as (

    {{ json_elements('entries', 'akas', keys) }}

),

aliases as (

    select
        submission_id,
        source_row_number,
        {{ json_array_of_objects({
            'name': joined_parts(' ', [json_text('element', 'firstName'), json_text('element', 'lastName')]),
            'quality': json_text('element', 'category') ~ " || ' ' || " ~ json_text('element', 'type'),
            'is_strong': json_text('element', 'category') ~ " = 'strong'",
        }, 'element_no') }} as aliases
    from name_elements
    group by submission_id, source_row_number

),

birth_elements as (

    {{ json_elements('entries', 'birth_dates', keys) }}

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
            {{ birth_date_from_words(json_text('element', 'dateOfBirth')) }} as birth_date
        from birth_elements
    ) as read_dates
    group by submission_id, source_row_number

),

document_elements as (

    {{ json_elements('entries', 'ids', keys) }}

),

identifiers as (

    select
        submission_id,
        source_row_number,
        {{ json_array_of_objects({
            'type': json_text('element', 'idType'),
            'number': json_text('element', 'idNumber'),
            'country': json_text('element', 'idCountry'),
        }, 'element_no') }} as identifiers
    from document_elements
    where {{ json_text('element', 'idType') }} <> 'Gender'
        and lower({{ json_text('element', 'idType') }}) not like '%sanction%'
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
                json_text('element', 'address1'), json_text('element', 'address2'), json_text('element', 'address3'),
                json_text('element', 'postalCode'), json_text('element', 'city'), json_text('element', 'stateOrProvince')]),
            'country': json_text('element', 'country'),
        }, 'element_no') }} as addresses
    from address_elements
    group by submission_id, source_row_number

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
    {{ joined_parts(' | ', ['entries.title', 'entries.remarks']) }} as remarks
from entries
{% for part in ['aliases', 'birth_dates', 'identifiers', 'addresses'] -%}
left join {{ part }}
    on entries.submission_id = {{ part }}.submission_id and entries.source_row_number = {{ part }}.source_row_number
{% endfor %}
