-- One row per hit with what it stands on: what speaks for it and against it in words, and a digest that changes when the
-- record or the entry says something else of its party.
with hits as (

    select * from {{ ref('int_screening__hits') }}

),

mentions as (

    select * from {{ ref('int_screening__mentions') }}

),

listed as (

    select * from {{ ref('int_screening__listed') }}

),

compared as (

    select
        hits.*,
        mentions.entity_kind,
        mentions.country_code,
        mentions.profile_id,
        listed.profile_id as listed_profile_id,
        listed.entity_type,
        listed.countries,
        position('"' || mentions.country_code || '"' in listed.countries) > 0 as is_same_country
    from hits
    inner join mentions on hits.mention_id = mentions.mention_id
    inner join listed
        on
            hits.list_code = listed.list_code
            and hits.entry_ref = listed.entry_ref
            and hits.version_no = listed.version_no

)

select
    hit_id,
    {{ joined_parts('; ', [
        "case when is_primary_name then 'same name' end",
        "case when is_primary_name = false then 'name is an alias of the entry (' || name_found || ')' end",
        "case when is_same_party then 'linked as one party' end",
        "case when probability is not null then 'linkage gives ' || cast(round(100 * probability, 1) as string) || ' %' end",
        "case when is_same_country then 'same country (' || country_code || ')' end",
        "case when not is_same_country and countries <> '[]' then 'another country (' || country_code || ')' end",
        "case when entity_kind = 'person' and entity_type <> 'person' then 'a person here, not on the list' end",
        "case when entity_kind <> 'person' and entity_type = 'person' then 'a person on the list, not here' end",
    ]) }} as reasons,
    {{ text_hash(joined_parts('|', ['profile_id', 'listed_profile_id'])) }} as evidence_digest
from compared
