with parties as (

    select * from {{ ref('int_risk__application_parties') }}

),

records as (

    select * from {{ ref('int_risk__party_records') }}

),

foreign_parties as (

    select * from parties where role in ('consignee', 'intermediate_consignee', 'end_user')

),

-- Hits that people cleared speak for nobody; entries that linkage gives to the party are in party_records.
resemblances as (

    select
        hits.partner, hits.feed, hits.record_ref, hits.party_id, hits.listed_partner, hits.listed_feed,
        hits.listed_record_ref, hits.day_on, hits.valid_from
    from {{ ref('fct_screening_hits') }} as hits
    inner join {{ ref('int_screening__hits') }} as found on hits.hit_id = found.hit_id
    where hits.disposition <> 'cleared' and not found.is_same_party

),

refusals as (

    select distinct
        foreign_parties.party_id, decisions.partner, decisions.feed, decisions.record_ref, decisions.application_ref,
        decisions.decided_on
    from {{ ref('fct_decisions') }} as decisions
    inner join foreign_parties
        on
            decisions.partner = foreign_parties.partner
            and decisions.application_ref = foreign_parties.application_ref
    where decisions.outcome = 'refused'

),

checks as (

    select distinct foreign_parties.party_id, found.partner, found.feed, found.record_ref, found.conducted_on
    from {{ ref('fct_end_use_checks') }} as found
    inner join foreign_parties
        on found.partner = foreign_parties.partner and found.application_ref = foreign_parties.application_ref
    where found.outcome = 'unfavourable' and foreign_parties.role = 'end_user'

)

select
    parties.partner, parties.application_ref, records.indicator_id, records.evidence_partner, records.evidence_feed,
    records.evidence_ref
from parties
inner join records
    on
        parties.party_id = records.party_id
        and parties.holds_until >= records.known_on
        and parties.submitted_on <= records.ends_on
        and (
            records.indicator_id <> 'party_seized'
            or parties.role in ('consignee', 'intermediate_consignee', 'end_user')
        )
union
select
    foreign_parties.partner, foreign_parties.application_ref, 'party_refused' as indicator_id, refusals.partner as evidence_partner,
    refusals.feed as evidence_feed, refusals.record_ref as evidence_ref
from foreign_parties
inner join refusals
    on
        foreign_parties.party_id = refusals.party_id
        and foreign_parties.holds_until > refusals.decided_on
        and (
            foreign_parties.partner <> refusals.partner or foreign_parties.application_ref <> refusals.application_ref
        )
union
select
    foreign_parties.partner, foreign_parties.application_ref, 'check_unfavourable' as indicator_id, checks.partner as evidence_partner,
    checks.feed as evidence_feed, checks.record_ref as evidence_ref
from foreign_parties
inner join checks
    on
        foreign_parties.party_id = checks.party_id
        and foreign_parties.role = 'end_user'
        and foreign_parties.holds_until >= checks.conducted_on
union
select
    parties.partner, parties.application_ref, 'party_resembles_listed' as indicator_id, hits.listed_partner as evidence_partner,
    hits.listed_feed as evidence_feed, hits.listed_record_ref as evidence_ref
from parties
inner join resemblances as hits
    on
        parties.partner = hits.partner
        and parties.evidence_feed = hits.feed
        and parties.evidence_ref = hits.record_ref
        and parties.party_id = hits.party_id
        and (hits.day_on is not null or parties.holds_until >= hits.valid_from)
