-- One row per goods line of an application and party that is to receive the goods (consignee or end user): what the case rules compare
-- between authorities. The outcome is the one that stands. `feed` and `record_ref` are of the record that tells it: the decision, the
-- application while there is none, or the line where an authority delivers all in one.
{{ config(materialized='table') }}
with lines as (

    select * from {{ ref('fct_licence_lines') }}

),

applications as (

    select * from {{ ref('fct_applications') }}

),

decisions as (

    select
        *,
        row_number() over (
            partition by partner, application_ref, outcome order by decided_on desc, decision_ref desc
        ) as from_last
    from {{ ref('fct_decisions') }}

),

revocations as (

    select
        partner,
        application_ref,
        min(decided_on) as revoked_on
    from {{ ref('fct_decisions') }}
    where outcome = 'revoked'
    group by partner, application_ref

),

receivers as (

    select distinct
        partner,
        application_ref,
        line_record_ref,
        party_id
    from {{ ref('int_cases__application_parties') }}
    where role in ('consignee', 'end_user', 'ultimate_end_user')

)

select
    lines.partner,
    partners.short_name as authority,
    partners.country_code as authority_country_code,
    lines.application_ref,
    coalesce(case when lines.feed <> decisions.feed then decisions.feed end, case when decisions.feed is null then applications.feed end, lines.feed) as feed,
    coalesce(
        case when lines.feed <> decisions.feed then decisions.record_ref end,
        case when decisions.feed is null then applications.record_ref end,
        lines.record_ref
    ) as record_ref,
    lines.record_ref as line_record_ref,
    lines.line_no,
    lines.licence_ref,
    receivers.party_id,
    lines.rating,
    lines.destination_code,
    applications.submitted_on,
    lines.outcome,
    lines.decided_on,
    lines.expires_on,
    revocations.revoked_on
from lines
inner join receivers
    on
        lines.partner = receivers.partner
        and lines.application_ref = receivers.application_ref
        and lines.record_ref = coalesce(receivers.line_record_ref, lines.record_ref)
inner join {{ ref('partners') }} as partners on lines.partner = partners.code
left join applications
    on lines.partner = applications.partner and lines.application_ref = applications.application_ref
left join decisions
    on
        lines.partner = decisions.partner
        and lines.application_ref = decisions.application_ref
        and lines.outcome = decisions.outcome
        and decisions.from_last = 1
left join revocations
    on lines.partner = revocations.partner and lines.application_ref = revocations.application_ref
