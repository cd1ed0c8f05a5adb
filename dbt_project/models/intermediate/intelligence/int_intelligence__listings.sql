-- One row per entry and edition of every list, in one form. What changes between editions is compared by
-- `content_hash`.
{{ config(materialized='table') }}
{%- set compared = [
    'entries.list_code', 'entries.entity_type', 'entries.primary_name', 'entries.aliases', 'entries.birth_dates',
    "coalesce(countries.country_texts, '[]')", 'entries.programmes', 'entries.identifiers', 'entries.addresses',
    'cast(entries.listed_on as string)', 'entries.remarks',
] %}
{%- set lists = ['national', 'eu', 'us', 'un', 'uk'] %}
with entries as (

    {% for list in lists %}
    select * from {{ ref('int_intelligence__' ~ list ~ '_listings') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

countries as (

    select
        partner,
        submission_id,
        entry_ref,
        {{ json_array_of_distinct('country_code') }} as countries,
        {{ json_array_of_distinct('country_text') }} as country_texts
    from {{ ref('int_intelligence__listing_countries') }}
    group by partner, submission_id, entry_ref

),

snapshots as (

    select * from {{ ref('int_intelligence__list_snapshots') }}

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
    entries.primary_name,
    entries.aliases,
    entries.birth_dates,
    coalesce(countries.countries, '[]') as countries,
    coalesce(countries.country_texts, '[]') as country_texts,
    entries.programmes,
    entries.identifiers,
    entries.addresses,
    entries.listed_on,
    entries.remarks,
    entries.list_refs,
    snapshots.period,
    snapshots.snapshot_no,
    snapshots.next_period,
    snapshots.is_newest,
    {{ text_hash(joined_parts('|', compared)) }} as content_hash
from entries
inner join snapshots on entries.submission_id = snapshots.submission_id
left join countries
    on
        entries.partner = countries.partner
        and entries.submission_id = countries.submission_id
        and entries.entry_ref = countries.entry_ref
