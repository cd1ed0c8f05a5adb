-- One row per mention of a party in any record of any feed: who, in which role, as the record writes it. Listed parties are mentioned by their
-- primary name; their aliases are an attribute, not mentions of their own. `mention_no` counts within record and role.
{{ config(materialized='table') }}
{%- set text = dbt.type_string() %}
{%- set nothing = "cast(null as " ~ text ~ ")" %}
{%- set six = "partner, feed, record_ref, submission_id, source_row_number, marking" %}
with application_parties as (

    select
        parties.*,
        applications.end_user_type
    from {{ ref('stg_trade_ministry__parties') }} as parties
    left join {{ ref('stg_trade_ministry__applications') }} as applications
        on parties.application_ref = applications.application_ref

),

declarations as (

    select * from {{ ref('fct_declarations') }}

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
    from {{ ref('int_intelligence__listings') }}
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

subjects as (

    {{ json_elements('reports', 'subjects', ['partner', 'feed', 'record_ref', 'submission_id', 'source_row_number', 'marking']) }}

),

mentions as (

    select
        {{ six }},
        role, 1 as mention_no, name,
        case when role = 'end_user' and end_user_type = 'IND' then 'person' else 'organisation' end as entity_kind,
        country as country_code, city, address, registration_no, lei, eori,
        {{ nothing }} as birth_dates, {{ nothing }} as aliases
    from application_parties

    {% for role, name, country, reference in [
        ('exporter', 'exporter_name', "case when direction = 'export' then departure_code end", 'exporter_ref'),
        ('consignee', 'consignee_name', 'consignee_country_code', nothing),
    ] %}
    union all

    select
        {{ six }},
        '{{ role }}' as role, 1 as mention_no, {{ name }} as name, 'organisation' as entity_kind,
        {{ country }} as country_code, {{ nothing }} as city, {{ nothing }} as address, {{ nothing }} as registration_no,
        {{ nothing }} as lei, {{ reference }} as eori, {{ nothing }} as birth_dates, {{ nothing }} as aliases
    from declarations
    {% endfor %}

    {% for relation, role, name, country, kind in [
        ('seizures', 'exporter', 'exporter_name', nothing, "'organisation'"),
        ('seizures', 'consignee', 'consignee_name', 'consignee_country', "'organisation'"),
        (ref('stg_prosecution_service__cases'), 'accused', 'accused_name', 'accused_country', "'organisation'"),
        ('denials', 'end_user', 'end_user_name', 'end_user_country', "'organisation'"),
        ('denials', 'consignee', 'consignee_name', nothing, "'organisation'"),
        ('allied_decisions', 'applicant', 'applicant_name', "'XB'", "'organisation'"),
        ('allied_decisions', 'consignee', 'consignee_name', 'destination_code', "'organisation'"),
    ] %}
    union all

    select
        {{ six }},
        '{{ role }}' as role, 1 as mention_no, {{ name }} as name, {{ kind }} as entity_kind,
        {{ country }} as country_code, {{ nothing }} as city, {{ nothing }} as address, {{ nothing }} as registration_no,
        {{ nothing }} as lei, {{ nothing }} as eori, {{ nothing }} as birth_dates, {{ nothing }} as aliases
    from {{ relation }}
    {% endfor %}

    union all

    select
        {{ six }},
        'subject' as role, element_no as mention_no, {{ json_text('element', 'name') }} as name,
        coalesce({{ json_text('element', 'kind') }}, 'organisation') as entity_kind,
        {{ json_text('element', 'country') }} as country_code, {{ nothing }} as city, {{ nothing }} as address,
        {{ nothing }} as registration_no, {{ nothing }} as lei, {{ nothing }} as eori, {{ nothing }} as birth_dates, {{ nothing }} as aliases
    from subjects

    union all

    select
        listings.partner, listings.feed, listings.record_ref, listings.submission_id, listings.source_row_number, listings.marking,
        'listed' as role, listings.mention_no, listings.primary_name as name, listings.entity_type as entity_kind,
        listing_countries.country_code, {{ nothing }} as city, {{ nothing }} as address, {{ nothing }} as registration_no,
        {{ nothing }} as lei, {{ nothing }} as eori, listings.birth_dates, listings.aliases
    from listings
    left join listing_countries
        on
            listings.partner = listing_countries.partner
            and listings.submission_id = listing_countries.submission_id
            and listings.entry_ref = listing_countries.entry_ref

)

select
    {{ six }},
    {{ text_hash("concat_ws('|', partner, feed, record_ref, role, cast(mention_no as " ~ text ~ "))") }} as mention_id,
    role,
    cast(mention_no as integer) as mention_no,
    trim(name) as name,
    entity_kind,
    country_code,
    city,
    address,
    registration_no,
    lei,
    eori,
    birth_dates,
    aliases
from mentions
where trim(name) <> ''
