-- The case stands on the application: further reports on the same application join it.
with rules as (

    select * from {{ ref('int_cases__rules') }}
    where rule = 'intelligence_on_pending' and is_active

),

reports as (

    select
        reports.partner,
        reports.feed,
        reports.record_ref,
        reports.received_on,
        mentions.party_id
    from {{ ref('fct_intelligence_reports') }} as reports
    inner join {{ ref('bridge_party_mentions') }} as mentions
        on {{ same_record('reports', 'mentions') }}

)

select distinct
    rules.rule,
    applications.partner as focus_partner,
    applications.feed as focus_feed,
    applications.record_ref as focus_record_ref,
    reports.partner,
    reports.feed,
    reports.record_ref,
    reports.party_id,
    cast(null as string) as rating,
    reports.received_on as opened_on,
    'A report on the ' || replace(parties.role, '_', ' ') || ' came in on ' || cast(reports.received_on as string) || ' ('
    || reports.record_ref || ') while the application of ' || cast(applications.submitted_on as string) || ' ('
    || applications.record_ref || ') was pending' || case
        when applications.first_outcome_on is null then ', as it still is'
        else ' until ' || cast(applications.first_outcome_on as string)
    end as because
from {{ ref('fct_applications') }} as applications
inner join rules on {{ is_one_of('applications.partner', 'rules.focus_agencies') }}
inner join {{ ref('int_cases__application_parties') }} as parties
    on
        applications.partner = parties.partner
        and applications.application_ref = parties.application_ref
        and parties.role in ('applicant', 'consignee', 'intermediate_consignee', 'end_user', 'ultimate_end_user')
inner join reports
    on
        parties.party_id = reports.party_id
        and {{ is_one_of('reports.partner', 'rules.other_agencies') }}
        and applications.submitted_on <= reports.received_on
        and coalesce(applications.first_outcome_on, reports.received_on) >= reports.received_on
        and {{ days_from('applications.submitted_on', 'reports.received_on') }} <= rules.window_days
