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

parties as (

    select
        *,
        'end_user' as role,
        end_user_name as primary_name,
        end_user_country_code as country_code
    from denials

    union all

    select
        *,
        'consignee' as role,
        consignee_name as primary_name,
        cast(null as string) as country_code
    from denials

)

select
    parties.partner,
    parties.feed,
    parties.record_ref,
    parties.marking,
    lists.code as list_code,
    parties.denial_ref || '/' || parties.role as entry_ref,
    1 as version_no,
    'organisation' as entity_type,
    trim(parties.primary_name) as primary_name,
    '[]' as aliases,
    {{ json_array_of_one('parties.country_code') }} as countries,
    '[]' as birth_dates,
    parties.issued_on as valid_from,
    parties.expires_on as valid_to,
    parties.is_in_force as is_current,
    {{ text_hash(joined_parts('|', ['parties.primary_name', 'parties.country_code', 'parties.role'])) }}
        as listed_digest
from parties
inner join {{ ref('screening_lists') }} as lists
    on parties.partner = lists.partner and parties.feed = lists.feed and lists.is_screened = 'true'
where trim(parties.primary_name) <> ''
