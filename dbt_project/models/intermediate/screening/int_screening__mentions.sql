-- One row per mention of a party that is screened: every one save those of the sanctions lists themselves, which
-- linkage joins (two lists that name the same party are no hit). `name_key` is the form in which names are compared.
{{ config(materialized='table') }}
with mentions as (

    select * from {{ ref('int_parties__mentions') }}
    where role <> 'listed'

),

distinct_names as (

    select distinct name from mentions

),

keyed as (

    select
        name,
        coalesce(nullif({{ normalise_party_name('name') }}, ''), upper(name)) as name_key
    from distinct_names

)

select
    mentions.*,
    keyed.name_key
from mentions
inner join keyed on mentions.name = keyed.name
