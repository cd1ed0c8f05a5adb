-- One row per mention with the party it belongs to: for now those whose normalised name and kind are the same.
-- Scored linkage replaces this model alone; the mentions before it and the marts after it stay. The id of a party
-- depends on nothing but its visible name and kind.
{{ config(materialized='table') }}
with mentions as (

    select
        mention_id,
        name,
        entity_kind
    from {{ ref('int_parties__mentions') }}

),

distinct_names as (

    select distinct
        name,
        entity_kind
    from mentions

),

keyed as (

    select
        name,
        entity_kind,
        coalesce(nullif({{ normalise_party_name('name') }}, ''), upper(name)) as name_key
    from distinct_names

)

select
    mentions.mention_id,
    'P' || substr({{ text_hash("keyed.entity_kind || '|' || keyed.name_key") }}, 1, 15) as party_id,
    keyed.name_key
from mentions
inner join keyed on mentions.name = keyed.name and mentions.entity_kind = keyed.entity_kind
