-- dim_parties and bridge_party_mentions tell the same story: as many mentions in the one as in the other, party by
-- party.
select
    parties.party_id,
    parties.mention_count,
    count(mentions.party_id) as mentions
from {{ ref('dim_parties') }} as parties
left join {{ ref('bridge_party_mentions') }} as mentions on parties.party_id = mentions.party_id
group by parties.party_id, parties.mention_count
having count(mentions.party_id) <> parties.mention_count
