-- One row per party denied by a notice of another state, in the form of the versions of a sanctions list: denial
-- notices are screened against as a list of denied parties. A notice holds from its day to the day on which it ceases
-- to bind; one that was revoked no longer stands, but held on the days of earlier records.
with denials as (

    select
        denials.*,
        statuses.is_in_force = 'true' as is_in_force
    from {{ ref('fct_denials') }} as denials
    left join {{ ref('denial_statuses') }} as statuses on denials.status = statuses.code

),

mentions as (

    select * from {{ ref('int_parties__mentions') }}

)

select
    mentions.partner,
    mentions.feed,
    mentions.record_ref,
    mentions.marking,
    lists.code as list_code,
    denials.denial_ref || '/' || mentions.role as entry_ref,
    1 as version_no,
    mentions.entity_kind as entity_type,
    mentions.name as primary_name,
    '[]' as aliases,
    {{ json_array_of_one('mentions.country_code') }} as countries,
    '[]' as birth_dates,
    denials.issued_on as valid_from,
    denials.expires_on as valid_to,
    denials.is_in_force as is_current,
    mentions.profile_id
from mentions
inner join denials
    on {{ same_record('mentions', 'denials') }}
inner join {{ ref('screening_lists') }} as lists
    on mentions.partner = lists.partner and mentions.feed = lists.feed and lists.is_screened = 'true'
