-- One row per mention with its name as it is compared: capitals without accents, punctuation, legal form and order of
-- words.
{{ config(materialized='table', tags=['linkage_input']) }}
with mentions as (

    select
        mention_id,
        name,
        entity_kind
    from {{ ref('int_parties__mentions') }}

),

distinct_names as (

    select distinct name
    from mentions

),

keyed as (

    select
        name,
        coalesce(nullif({{ normalise_party_name('name') }}, ''), upper(name)) as name_key
    from distinct_names

)

select
    mentions.mention_id,
    mentions.entity_kind,
    keyed.name_key
from mentions
inner join keyed on mentions.name = keyed.name
