-- One row per intelligence report, kind of action and day on which an agency acted against a party that the report names, whether before or after
-- the report came in.
with mentions as (

    select * from {{ ref('bridge_party_mentions') }}

),

decided as (

    select
        parties.party_id,
        case when decisions.outcome = 'refused' then 'application_refused' else 'licence_revoked' end as action,
        decisions.decided_on as acted_on
    from {{ ref('fct_decisions') }} as decisions
    inner join {{ ref('int_cases__application_parties') }} as parties
        on decisions.partner = parties.partner and decisions.application_ref = parties.application_ref
    where decisions.outcome in ('refused', 'revoked')

),

inspected as (

    select mentions.party_id, 'inspection' as action, inspections.inspected_on as acted_on
    from {{ ref('fct_inspections') }} as inspections
    inner join {{ ref('fct_declarations') }} as declarations
        on
            inspections.partner = declarations.partner
            and inspections.declaration_ref = declarations.declaration_ref
            and coalesce(inspections.item_no, declarations.item_no) = declarations.item_no
    inner join mentions on {{ same_record('declarations', 'mentions') }}

),

seized as (

    select mentions.party_id, 'seizure' as action, seizures.seized_on as acted_on
    from {{ ref('fct_seizures') }} as seizures
    inner join mentions on {{ same_record('seizures', 'mentions') }}

),

prosecuted as (

    select mentions.party_id, 'case_opened' as action, cases.opened_on as acted_on
    from {{ ref('fct_enforcement_cases') }} as cases
    inner join mentions on {{ same_record('cases', 'mentions') }}

),

denied as (

    select mentions.party_id, 'denial_issued' as action, denials.issued_on as acted_on
    from {{ ref('fct_denials') }} as denials
    inner join mentions on {{ same_record('denials', 'mentions') }}

),

actions as (

    select * from decided
    union all
    select * from inspected
    union all
    select * from seized
    union all
    select * from prosecuted
    union all
    select * from denied

)

select distinct
    reports.partner,
    reports.feed,
    reports.record_ref,
    reports.received_on,
    actions.action,
    actions.acted_on
from {{ ref('fct_intelligence_reports') }} as reports
inner join mentions on {{ same_record('reports', 'mentions') }}
inner join actions on mentions.party_id = actions.party_id
where actions.acted_on is not null
