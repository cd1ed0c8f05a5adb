-- One row per entry of a list, edition and country named for it, as it was given (`country_text`) and as a code
-- where the text is known: nationality, citizenship, flag and address, not the place of birth. Texts of the UK list
-- may hold several countries, numbered; what stands in brackets after a country ('Italy (domicile)') is a remark on
-- it.
{%- set keys = ['partner', 'submission_id', 'entry_ref'] %}
with national_entries as (

    select partner, submission_id, entry_ref, countries from {{ ref('stg_foreign_ministry__listings') }}

),

eu_entries as (

    select
        partner,
        submission_id,
        logical_id || '/' || programme as entry_ref,
        citizenships,
        addresses
    from {{ ref('stg_eu_commission__sanctions_list') }}

),

us_entries as (

    select
        partner,
        submission_id,
        uid as entry_ref,
        nationalities,
        citizenships,
        addresses,
        vessel_flag
    from {{ ref('stg_us_treasury__sdn_list') }}

),

un_entries as (

    select
        partner,
        submission_id,
        data_id as entry_ref,
        nationalities,
        coalesce(individual_addresses, entity_addresses) as addresses
    from {{ ref('stg_un_security_council__consolidated_list') }}

),

uk_texts as (

    select
        partner,
        submission_id,
        group_id as entry_ref,
        {{ regexp_replace_all("nationality", "(^| )[(]?[0-9a-z][)]", "|") }} as countries_text
    from {{ ref('stg_uk_treasury__consolidated_list') }}
    where nationality is not null

    union

    select
        partner,
        submission_id,
        group_id as entry_ref,
        country as countries_text
    from {{ ref('stg_uk_treasury__consolidated_list') }}
    where country is not null

),

texts as (

    {% for entries, parts, text in [
        ('national_entries', 'countries', 'element'),
        ('eu_entries', 'citizenships', "nullif(" ~ json_given('element', '@countryIso2Code') ~ ", '00')"),
        ('eu_entries', 'addresses', "nullif(" ~ json_given('element', '@countryIso2Code') ~ ", '00')"),
        ('us_entries', 'nationalities', json_given('element', 'country')),
        ('us_entries', 'citizenships', json_given('element', 'country')),
        ('us_entries', 'addresses', json_given('element', 'country')),
        ('un_entries', 'nationalities', 'element'),
        ('un_entries', 'addresses', json_given('element', 'COUNTRY')),
    ] -%}
    select
        partner,
        submission_id,
        entry_ref,
        {{ text }} as country_text
    from ({{ json_elements(entries, parts, keys) }}) as named

    union all

    {% endfor -%}
    select partner, submission_id, entry_ref, vessel_flag as country_text from us_entries

    union all

    select
        partner,
        submission_id,
        entry_ref,
        piece as country_text
    from ({{ pieces_of('uk_texts', 'countries_text', '|', keys) }}) as named

),

distinct_texts as (

    select distinct
        partner,
        submission_id,
        entry_ref,
        trim(country_text) as country_text
    from texts
    where trim(country_text) <> ''

),

aliases as (

    select
        {{ normalise_country_text('alias') }} as country_key,
        min(iso2) as country_code
    from {{ ref('country_aliases') }}
    where iso2 not in ('', 'XX')
    group by 1

),

codes as (

    select code as country_code from {{ ref('countries') }}

),

keyed as (

    select
        *,
        {{ normalise_country_text(regexp_replace_all("country_text", "[(].*$", "")) }} as country_key
    from distinct_texts

)

select
    keyed.partner,
    keyed.submission_id,
    keyed.entry_ref,
    keyed.country_text,
    coalesce(codes.country_code, aliases.country_code) as country_code
from keyed
left join codes on keyed.country_text = codes.country_code
left join aliases on keyed.country_key = aliases.country_key
