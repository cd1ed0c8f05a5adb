with mentions as (

    select * from {{ ref('bridge_party_mentions') }}

),

applications as (

    select * from {{ ref('fct_applications') }}

),

records as (

    select distinct partner, feed, record_ref, application_ref
    from {{ ref('stg_trade_ministry__parties') }}
    union
    select distinct partner, feed, record_ref, application_ref
    from {{ ref('fct_licence_lines') }}

)

select distinct
    applications.partner,
    applications.application_ref,
    coalesce(applications.submitted_on, applications.first_outcome_on) as submitted_on,
    coalesce(applications.first_outcome_on, cast('9999-12-31' as date)) as holds_until,
    mentions.role,
    mentions.party_id,
    mentions.country_code,
    mentions.feed as evidence_feed,
    mentions.record_ref as evidence_ref
from mentions
inner join records
    on {{ same_record('mentions', 'records') }}
inner join applications
    on records.partner = applications.partner and records.application_ref = applications.application_ref
