-- The name and the country of a party are those that its mentions give most often; among equals the first in the
-- alphabet.
with mentions as (

    select
        clusters.party_id,
        mentions.partner,
        mentions.role,
        mentions.name,
        mentions.entity_kind,
        mentions.country_code
    from {{ ref('int_parties__mentions') }} as mentions
    inner join {{ ref('int_parties__clusters') }} as clusters on mentions.mention_id = clusters.mention_id

),

names as (

    select
        party_id,
        name,
        row_number() over (partition by party_id order by count(*) desc, name) as place
    from mentions
    group by party_id, name

),

countries as (

    select
        party_id,
        country_code,
        row_number() over (partition by party_id order by count(*) desc, country_code) as place
    from mentions
    where country_code is not null
    group by party_id, country_code

),

counted as (

    select
        party_id,
        min(entity_kind) as entity_kind,
        count(*) as mention_count,
        count(distinct partner) as partner_count,
        count(distinct name) as name_count,
        {{ json_array_of_distinct('country_code') }} as countries,
        {{ json_array_of_distinct('role') }} as roles,
        max(case when role = 'listed' then 1 else 0 end) = 1 as is_listed
    from mentions
    group by party_id

)

select
    counted.party_id,
    counted.entity_kind,
    names.name as primary_name,
    countries.country_code,
    counted.countries,
    counted.roles,
    counted.is_listed,
    counted.mention_count,
    counted.partner_count,
    counted.name_count
from counted
inner join names on counted.party_id = names.party_id and names.place = 1
left join countries on counted.party_id = countries.party_id and countries.place = 1
