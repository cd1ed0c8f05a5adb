-- One row per case and record of an application on which it touches: the application itself, all decisions on it, and its lines of the
-- goods concerned (all of them where the case is about a party and not about goods).
with evidence as (

    select * from {{ ref('int_cases__evidence') }}

),

applications as (

    select
        evidence.case_id,
        evidence.rule,
        decisions.partner,
        decisions.application_ref,
        evidence.rating
    from evidence
    inner join {{ ref('fct_decisions') }} as decisions
        on
            evidence.partner = decisions.partner
            and evidence.feed = decisions.feed
            and evidence.record_ref = decisions.record_ref

    union

    select
        evidence.case_id,
        evidence.rule,
        applied.partner,
        applied.application_ref,
        evidence.rating
    from evidence
    inner join {{ ref('fct_applications') }} as applied
        on
            evidence.partner = applied.partner
            and evidence.feed = applied.feed
            and evidence.record_ref = applied.record_ref

    union

    select
        evidence.case_id,
        evidence.rule,
        checks.partner,
        checks.application_ref,
        evidence.rating
    from evidence
    inner join {{ ref('fct_end_use_checks') }} as checks
        on
            evidence.partner = checks.partner
            and evidence.feed = checks.feed
            and evidence.record_ref = checks.record_ref

)

select
    applications.case_id,
    applications.rule,
    applied.partner,
    applied.feed,
    applied.record_ref
from applications
inner join {{ ref('fct_applications') }} as applied
    on applications.partner = applied.partner and applications.application_ref = applied.application_ref

union

select
    applications.case_id,
    applications.rule,
    decisions.partner,
    decisions.feed,
    decisions.record_ref
from applications
inner join {{ ref('fct_decisions') }} as decisions
    on applications.partner = decisions.partner and applications.application_ref = decisions.application_ref

union

select
    applications.case_id,
    applications.rule,
    lines.partner,
    lines.feed,
    lines.record_ref
from applications
inner join {{ ref('fct_licence_lines') }} as lines
    on
        applications.partner = lines.partner
        and applications.application_ref = lines.application_ref
        and (applications.rating is null or applications.rating = lines.rating)
