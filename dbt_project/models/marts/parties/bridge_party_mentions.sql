with mentions as (

    select * from {{ ref('int_parties__mentions') }}

),

clusters as (

    select * from {{ ref('int_parties__clusters') }}

)

select
    mentions.partner,
    mentions.feed,
    mentions.record_ref,
    mentions.submission_id,
    mentions.source_row_number,
    mentions.marking,
    mentions.role,
    mentions.mention_no,
    mentions.name,
    mentions.entity_kind,
    mentions.country_code,
    clusters.party_id
from mentions
inner join clusters on mentions.mention_id = clusters.mention_id
