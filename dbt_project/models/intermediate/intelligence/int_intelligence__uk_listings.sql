-- One row per target (Group ID) and edition of the UK list, in the common form of all lists. The list repeats a
-- target for every combination of name, birth date and address: each part is made distinct here. A target stands on
-- the first of its rows.
{%- set keys = ['submission_id', 'group_id'] %}
{%- set name_columns = ['name_1', 'name_2', 'name_3', 'name_4', 'name_5', 'name_6'] %}
{%- set address_columns = [
    'address_1', 'address_2', 'address_3', 'address_4', 'address_5', 'address_6', 'post_code'] %}
with entries as (

    select
        *,
        {{ joined_parts(' ', name_columns) }} as name,
        {{ joined_parts(', ', address_columns) }} as address_text,
        case when birth_date is not null then {{ partial_date_from_slashes('birth_date') }} end as born
    from {{ ref('stg_uk_treasury__consolidated_list') }}

),

targets as (

    select
        partner,
        feed,
        submission_id,
        group_id,
        min(source_row_number) as source_row_number,
        min(marking) as marking,
        min(group_type) as group_type,
        min(case when alias_type in ('Prime Alias', 'Primary name') then name end) as prime_name,
        min(name) as first_name,
        min(listed_on) as listed_on,
        {{ json_array_of_distinct('regime') }} as programmes,
        {{ json_array_of_distinct('born') }} as birth_dates
    from entries
    group by partner, feed, submission_id, group_id

),

names as (

    select distinct
        entries.submission_id,
        entries.group_id,
        entries.name,
        case entries.alias_type when 'FKA' then 'f.k.a.' else 'a.k.a.' end as quality,
        true as is_strong
    from entries
    inner join targets on entries.submission_id = targets.submission_id and entries.group_id = targets.group_id
    where entries.name <> coalesce(targets.prime_name, targets.first_name)

),

numbered_names as (

    select
        *,
        row_number() over (partition by submission_id, group_id order by name, quality) as element_no
    from names

),

aliases as (

    {{ listed_aliases('numbered_names', keys) }}

),

documents as (

    {% for type, column in [('passport', 'passport_details'), ('national id', 'ni_number')] -%}
    select distinct
        submission_id,
        group_id,
        '{{ type }}' as type,
        {{ column }} as number,
        cast(null as string) as country
    from entries
    where {{ column }} is not null
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}

),

identifiers as (

    select
        submission_id,
        group_id,
        {{ json_array_of_objects({'type': 'type', 'number': 'number', 'country': 'country'}, 'type || number') }}
            as identifiers
    from documents
    group by submission_id, group_id

),

places as (

    select distinct
        submission_id,
        group_id,
        address_text,
        country,
        coalesce(address_text, '') || '|' || coalesce(country, '') as place
    from entries
    where address_text is not null or country is not null

),

addresses as (

    select
        submission_id,
        group_id,
        {{ json_array_of_objects({'text': 'address_text', 'country': 'country'}, 'place') }} as addresses
    from places
    group by submission_id, group_id

),

notes as (

    select distinct
        submission_id,
        group_id,
        other_information as note
    from entries
    where other_information is not null

),

remarks as (

    select
        submission_id,
        group_id,
        {{ joined_text('note', ' | ', 'note') }} as remarks
    from notes
    group by submission_id, group_id

)

select
    targets.partner,
    targets.feed,
    targets.group_id as record_ref,
    targets.submission_id,
    targets.source_row_number,
    targets.marking,
    'UK-CONS' as list_code,
    targets.group_id as entry_ref,
    case targets.group_type
        when 'Individual' then 'person'
        when 'Ship' then 'vessel'
        else 'organisation'
    end as entity_type,
    coalesce(targets.prime_name, targets.first_name) as primary_name,
    coalesce(aliases.aliases, '[]') as aliases,
    targets.birth_dates,
    targets.programmes,
    coalesce(identifiers.identifiers, '[]') as identifiers,
    coalesce(addresses.addresses, '[]') as addresses,
    targets.listed_on,
    remarks.remarks,
    {{ json_array_of_one(united_nations_ref('remarks.remarks')) }} as list_refs
from targets
{{ join_list_parts('targets', ['aliases', 'identifiers', 'addresses', 'remarks'], keys) }}
