-- One row per mention of a party in any record of any feed: who, in which role, as the record writes it. Listed
-- parties are mentioned by their primary name; their aliases are an attribute, not mentions of their own.
-- `mention_no` counts within record and role.
{{ config(materialized='table') }}
{%- set six = ['partner', 'feed', 'record_ref', 'submission_id', 'source_row_number', 'marking'] %}
{%- set attributes = mention_attributes() %}
{%- set text = "string" %}
{%- set unknown = "cast(null as " ~ text ~ ")" %}
with application_parties as (

    select
        parties.*,
        applications.end_user_type
    from {{ ref('stg_trade_ministry__parties') }} as parties
    left join {{ ref('stg_trade_ministry__applications') }} as applications
        on parties.application_ref = applications.application_ref

),

declarations as (

    select
        *,
        exporter_ref as eori,
        case when direction = 'export' then departure_code end as exporter_country_code
    from {{ ref('fct_declarations') }}

),

seizures as (

    select * from {{ ref('stg_customs_service__seizures') }}

),

reports as (

    select * from {{ ref('stg_intelligence_service__reports') }}

),

listings as (

    select
        *,
        row_number() over (partition by partner, feed, record_ref order by entry_ref) as mention_no
    from {{ ref('int_parties__listed_entries') }}
    where is_newest

),

listing_countries as (

    select
        partner,
        submission_id,
        entry_ref,
        min(country_code) as country_code
    from {{ ref('int_intelligence__listing_countries') }}
    group by partner, submission_id, entry_ref
    having count(distinct country_code) = 1

),

allied_decisions as (

    select
        decisions.*,
        nullif(destinations.destination_code, 'XX') as destination_code
    from {{ ref('stg_allied_licensing_authority__decisions') }} as decisions
    left join {{ ref('int_licensing__destinations') }} as destinations
        on decisions.destination_country = destinations.destination_text

),

denials as (

    select * from {{ ref('stg_foreign_ministry__denials') }}

),

listed_entries as (

    select
        listings.*,
        listing_countries.country_code
    from listings
    left join listing_countries
        on
            listings.partner = listing_countries.partner
            and listings.submission_id = listing_countries.submission_id
            and listings.entry_ref = listing_countries.entry_ref

),

subjects as (

    {{ json_elements('reports', 'subjects', six) }}

),

mentions as (

    {{ mentions_in(
        'application_parties', 'role', 'name', 'country',
        entity_kind="case when role = 'end_user' and end_user_type = 'IND' then 'person' else 'organisation' end",
        given=['city', 'address', 'registration_no', 'lei', 'eori'],
        known_kind="case when role = 'end_user' and end_user_type = 'IND' then 'person' end") }}

    union all
    {{ mentions_in('declarations', "'exporter'", 'exporter_name', 'exporter_country_code', given=['eori']) }}

    union all
    {{ mentions_in('declarations', "'consignee'", 'consignee_name', 'consignee_country_code') }}

    union all
    {{ mentions_in('seizures', "'exporter'", 'exporter_name', unknown) }}

    union all
    {{ mentions_in('seizures', "'consignee'", 'consignee_name', 'consignee_country') }}

    union all
    {{ mentions_in(ref('stg_prosecution_service__cases'), "'accused'", 'accused_name', 'accused_country') }}

    union all
    {{ mentions_in('denials', "'end_user'", 'end_user_name', 'end_user_country') }}

    union all
    {{ mentions_in('denials', "'consignee'", 'consignee_name', unknown) }}

    union all
    {{ mentions_in('allied_decisions', "'applicant'", 'applicant_name', "'XB'") }}

    union all
    {{ mentions_in('allied_decisions', "'consignee'", 'consignee_name', 'destination_code') }}

    union all
    {{ mentions_in(
        'subjects', "'subject'", json_given('element', 'name'), json_given('element', 'country'),
        entity_kind="coalesce(" ~ json_given('element', 'kind') ~ ", 'organisation')", mention_no='element_no',
        known_kind=json_given('element', 'kind')) }}

    union all
    {{ mentions_in(
        'listed_entries', "'listed'", 'name', 'country_code', entity_kind='entity_kind', mention_no='mention_no',
        known_kind='entity_kind', given=[
            'birth_dates', 'aliases', 'countries', 'identifiers', 'addresses', 'programmes', 'list_refs', 'list_code',
            'entry_ref', 'list_entry_ref', 'listed_on']) }}

),

named as (

    select
        {{ six | join(", ") }},
        role,
        mention_no,
        trim(name) as name,
        entity_kind,
        country_code,
        {{ attributes | join(", ") }},
        {{ joined_parts('|', ['partner', 'feed', 'record_ref', 'role', 'cast(mention_no as ' ~ text ~ ')']) }}
            as mention_key
    from mentions
    where trim(name) <> ''

)

select
    {{ six | join(", ") }},
    {{ text_hash('mention_key') }} as mention_id,
    {{ party_profile_id('known_kind') }} as profile_id,
    role,
    cast(mention_no as integer) as mention_no,
    name,
    entity_kind,
    country_code,
    {{ attributes | join(", ") }}
from named
