-- One row per target (Group ID) and edition of the UK list, in the common form of all lists. The list repeats a target for every combination
-- of name, birth date and address: each part is made distinct here. A target stands on the first of its rows.
{%- set keys = ['submission_id', 'group_id'] %}
with entries as (

    select
        *,
        {{ joined_parts(' ', ['name_1', 'name_2', 'name_3', 'name_4', 'name_5', 'name_6']) }} as whole_name,
        {{ joined_parts(', ', ['address_1', 'address_2', 'address_3', 'address_4', 'address_5', 'address_6', 'post_code']) }} as address_text
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
        coalesce(min(case when alias_type in ('Prime Alias', 'Primary name') then whole_name end), min(whole_name)) as primary_name,
        min(listed_on) as listed_on,
        {{ json_array_of_distinct('regime') }} as programmes,
        {{ json_array_of_distinct('case when birth_date is not null then ' ~ partial_date_from_slashes('birth_date') ~ ' end') }} as birth_dates
    from entries
    group by partner, feed, submission_id, group_id

),

names as (

    select distinct
        entries.submission_id,
        entries.group_id,
        entries.whole_name,
        case entries.alias_type when 'FKA' then 'f.k.a.' else 'a.k.a.' end as quality
    from entries
    inner join targets on entries.submission_id = targets.submission_id and entries.group_id = targets.group_id
    where entries.whole_name <> targets.primary_name

),

aliases as (

    select
        submission_id,
        group_id,
        {{ json_array_of_objects({'name': 'whole_name', 'quality': 'quality', 'is_strong': 'true'}, "whole_name || quality") }} as aliases
    from names
    group by submission_id, group_id

),

documents as (

    select distinct submission_id, group_id, 'passport' as document_type, passport_details as document_text
    from entries
    where passport_details is not null

    union all

    select distinct submission_id, group_id, 'national id' as document_type, ni_number as document_text
    from entries
    where ni_number is not null

),

identifiers as (

    select
        submission_id,
        group_id,
        {{ json_array_of_objects({'type': 'document_type', 'number': 'document_text', 'country': "cast(null as " ~ dbt.type_string() ~ ")"}, "document_type || document_text") }} as identifiers
    from documents
    group by submission_id, group_id

),

places as (

    select distinct
        submission_id,
        group_id,
        address_text,
        country
    from entries
    where address_text is not null or country is not null

),

addresses as (

    select
        submission_id,
        group_id,
        {{ json_array_of_objects({'text': 'address_text', 'country': 'country'}, "coalesce(address_text, '') || '|' || coalesce(country, '')") }} as addresses
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
    case targets.group_type when 'Individual' then 'person' when 'Ship' then 'vessel' else 'organisation' end as entity_type,
    targets.primary_name,
    coalesce(aliases.aliases, '[]') as aliases,
    targets.birth_dates,
    targets.programmes,
    coalesce(identifiers.identifiers, '[]') as identifiers,
    coalesce(addresses.addresses, '[]') as addresses,
    targets.listed_on,
    remarks.remarks
from targets
{% for part in ['aliases', 'identifiers', 'addresses', 'remarks'] -%}
left join {{ part }}
    on targets.submission_id = {{ part }}.submission_id and targets.group_id = {{ part }}.group_id
{% endfor %}
