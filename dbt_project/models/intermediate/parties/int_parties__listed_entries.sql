-- One row per entry and edition of every list with all that the list tells about the party: the content of its
-- profile, in the form that profiles of all mentions have. Birth dates, aliases, identifiers and addresses are JSON.
{%- set text = "string" %}
with listings as (

    select
        partner,
        feed,
        record_ref,
        submission_id,
        source_row_number,
        marking,
        is_newest,
        entity_type as entity_kind,
        trim(primary_name) as name,
        aliases,
        countries,
        birth_dates,
        identifiers,
        addresses,
        programmes,
        list_refs,
        list_code,
        entry_ref,
        record_ref as list_entry_ref,
        cast(listed_on as {{ text }}) as listed_on,
        cast(null as {{ text }}) as city,
        cast(null as {{ text }}) as address,
        cast(null as {{ text }}) as registration_no,
        cast(null as {{ text }}) as lei,
        cast(null as {{ text }}) as eori
    from {{ ref('int_intelligence__listings') }}
    where trim(primary_name) <> ''

)

select
    *,
    {{ party_profile_id() }} as profile_id
from listings
