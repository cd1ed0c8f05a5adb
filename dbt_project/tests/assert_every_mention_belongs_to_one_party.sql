-- Linkage neither drops nor doubles a mention.
select
    mentions.mention_id,
    count(clusters.party_id) as parties
from {{ ref('int_parties__mentions') }} as mentions
left join {{ ref('int_parties__clusters') }} as clusters on mentions.mention_id = clusters.mention_id
group by mentions.mention_id
having count(clusters.party_id) <> 1
