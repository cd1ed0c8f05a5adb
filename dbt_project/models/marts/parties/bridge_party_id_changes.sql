-- What happened to ids of parties, for whoever has kept one: follow `other_party_id` of the newest change.
with trail as (

    select * from {{ source('linkage', 'party_id_trail') }}

)

select
    change_no,
    party_id,
    event,
    other_party_id,
    submission_id
from trail
