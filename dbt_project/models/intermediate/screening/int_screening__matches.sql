-- One row per screened mention and version of a listed entry that may be the same: by a name or alias written alike,
-- because linkage scores what both say as a match or as worth a look, or because it holds both to be one party. Each way
-- of being found has its columns; what was not found so is null. A list is not screened against itself: parties of denial
-- notices are, but against the sanctions lists alone.
{{ config(materialized='table') }}
{%- set key = ['mention_id', 'list_code', 'entry_ref', 'version_no'] %}
with mentions as (

    select * from {{ ref('int_screening__mentions') }}

),

bridge as (

    select * from {{ ref('bridge_party_mentions') }}

),

by_name as (

    select
        mentions.mention_id,
        names.list_code,
        names.entry_ref,
        names.version_no,
        names.name as listed_name,
        names.is_primary
    from mentions
    inner join {{ ref('int_screening__listed_names') }} as names on mentions.name_key = names.name_key

),

by_party as (

    select
        mentions.mention_id,
        parties.list_code,
        parties.entry_ref,
        parties.version_no,
        parties.party_id
    from mentions
    inner join bridge
        on {{ same_mention('mentions', 'bridge') }}
    inner join {{ ref('int_screening__listed_parties') }} as parties on bridge.party_id = parties.party_id

),

listed as (

    select * from {{ ref('int_screening__listed') }}

),

pairs as (

    select * from {{ source('linkage', 'pairs') }}
    where band in ('match', 'review')

),

by_score as (

    {% for one, other in [('a', 'b'), ('b', 'a')] %}
    select
        mentions.mention_id,
        listed.list_code,
        listed.entry_ref,
        listed.version_no,
        pairs.match_weight,
        pairs.probability
    from pairs
    inner join mentions on pairs.profile_{{ one }} = mentions.profile_id
    inner join listed on pairs.profile_{{ other }} = listed.profile_id
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

found as (

    select {{ key | join(", ") }} from by_name
    union
    select {{ key | join(", ") }} from by_score
    union
    select {{ key | join(", ") }} from by_party

),

lists as (

    select * from {{ ref('screening_lists') }}

)

select
    found.mention_id,
    found.list_code,
    found.entry_ref,
    found.version_no,
    by_name.listed_name as name_found,
    by_name.is_primary as is_primary_name,
    by_party.party_id is not null as is_same_party,
    by_score.match_weight,
    by_score.probability
from found
inner join mentions on found.mention_id = mentions.mention_id
inner join lists
    on found.list_code = lists.code and not (mentions.partner = lists.partner and mentions.feed = lists.feed)
left join by_name
    on
        {% for column in key %}found.{{ column }} = by_name.{{ column }}{{ " and " if not loop.last }}{% endfor %}
left join by_party
    on
        {% for column in key %}found.{{ column }} = by_party.{{ column }}{{ " and " if not loop.last }}{% endfor %}
left join by_score
    on
        {% for column in key %}found.{{ column }} = by_score.{{ column }}{{ " and " if not loop.last }}{% endfor %}
