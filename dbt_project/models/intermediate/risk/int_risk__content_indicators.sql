with applications as (

    select * from {{ ref('fct_applications') }}

),

lines as (

    select * from {{ ref('fct_licence_lines') }}

),

embargoed as (

    select * from {{ ref('risk_destinations') }}

),

parties as (

    select * from {{ ref('int_risk__application_parties') }}

),

applicants as (

    select partner, application_ref, party_id, submitted_on, evidence_feed, evidence_ref
    from parties
    where role = 'applicant'

)

select
    lines.partner, lines.application_ref, 'destination_embargoed' as indicator_id, lines.partner as evidence_partner,
    lines.feed as evidence_feed, lines.record_ref as evidence_ref
from lines
inner join embargoed on lines.destination_code = embargoed.code
union
select
    lines.partner, lines.application_ref, 'item_sensitive' as indicator_id, lines.partner as evidence_partner,
    lines.feed as evidence_feed, lines.record_ref as evidence_ref
from lines
where lines.item_list = 'EU_DU' and substr(lines.rating, 3, 1) in ('1', '2', '3', '4')
union
select
    lines.partner, lines.application_ref, 'intermediate_abroad' as indicator_id, lines.partner as evidence_partner,
    lines.feed as evidence_feed, lines.record_ref as evidence_ref
from lines
where lines.via_code is not null
union
select
    parties.partner, parties.application_ref, 'intermediate_abroad' as indicator_id, parties.partner as evidence_partner,
    parties.evidence_feed, parties.evidence_ref
from parties
inner join applications
    on parties.partner = applications.partner and parties.application_ref = applications.application_ref
left join parties as applicant
    on
        parties.partner = applicant.partner
        and parties.application_ref = applicant.application_ref
        and applicant.role = 'applicant'
where
    parties.role = 'intermediate_consignee'
    and parties.country_code <> applications.destination_code
    and parties.country_code <> coalesce(applicant.country_code, '')
union
select partner, application_ref, 'end_use_missing' as indicator_id, partner as evidence_partner,
    feed as evidence_feed, record_ref as evidence_ref
from applications
where end_use_code is null and end_user_type_code is not null
union
select partner, application_ref, 'end_user_private' as indicator_id, partner as evidence_partner,
    feed as evidence_feed, record_ref as evidence_ref
from applications
where end_user_type_code = 'IND'
union
select
    later.partner, later.application_ref, 'applicant_new' as indicator_id, later.partner as evidence_partner, later.evidence_feed,
    later.evidence_ref
from applicants as later
left join applicants as earlier
    on later.party_id = earlier.party_id and later.submitted_on > earlier.submitted_on
where earlier.party_id is null
