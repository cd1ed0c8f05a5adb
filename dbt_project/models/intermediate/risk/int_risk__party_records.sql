with mentions as (

    select * from {{ ref('bridge_party_mentions') }}

),

dated as (

    select
        'party_denied' as indicator_id, partner, feed, record_ref, issued_on as known_on,
        case when status = 'active' then coalesce(expires_on, cast('9999-12-31' as date)) else expires_on end as ends_on,
        cast(null as string) as only_role
    from {{ ref('fct_denials') }}
    where status <> 'revoked'
    union all
    select
        'party_seized' as indicator_id, partner, feed, record_ref, seized_on as known_on,
        cast('9999-12-31' as date) as ends_on, 'consignee' as only_role
    from {{ ref('fct_seizures') }}
    union all
    select
        'party_reported' as indicator_id, partner, feed, record_ref, received_on as known_on,
        cast('9999-12-31' as date) as ends_on, cast(null as string) as only_role
    from {{ ref('fct_intelligence_reports') }}
    union all
    select
        'party_listed' as indicator_id, partner, feed, record_ref,
        min(coalesce(listed_on, cast('0001-01-01' as date))) as known_on,
        cast('9999-12-31' as date) as ends_on, cast(null as string) as only_role
    from {{ ref('fct_listings') }}
    group by partner, feed, record_ref

)

select distinct
    dated.indicator_id,
    mentions.party_id,
    dated.partner as evidence_partner,
    dated.feed as evidence_feed,
    dated.record_ref as evidence_ref,
    dated.known_on,
    coalesce(dated.ends_on, cast('9999-12-31' as date)) as ends_on
from dated
inner join mentions
    on
        {{ same_record('dated', 'mentions') }}
        and (dated.only_role is null or dated.only_role = mentions.role)
