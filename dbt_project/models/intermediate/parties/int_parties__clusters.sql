-- One row per mention with the party to which the linkage step gives it.
with clusters as (

    select * from {{ source('linkage', 'party_clusters') }}

)

select
    mention_id,
    party_id
from clusters
