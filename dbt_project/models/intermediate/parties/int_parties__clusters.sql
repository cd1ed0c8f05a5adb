-- One row per mention with the party to which the linkage step gives it.
select
    clusters.mention_id,
    clusters.party_id,
    names.name_key
from {{ source('linkage', 'party_clusters') }} as clusters
inner join {{ ref('int_parties__name_keys') }} as names on clusters.mention_id = names.mention_id
