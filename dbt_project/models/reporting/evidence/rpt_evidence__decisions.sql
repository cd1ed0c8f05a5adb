-- First outcomes of applications; revocations and licences issued on appeal stand beside them, with measures of their own.
with decisions as (

    select
        *,
        case when counts_as = 'first_outcome' then outcome else 'none' end as first_outcome
    from {{ ref('fct_decisions') }}
    where decided_on is not null

)

select
    {{ evidence_row('decisions', 'fct_decisions', 'decisions.decided_on') }},
    decisions.licence_type as licence_type_code,
    'Q' || cast(quarter(decisions.decided_on) as string) as quarter_code,
    decisions.outcome,
    {{ counted_if("decisions.first_outcome = 'granted'") }} as granted,
    {{ counted_if("decisions.first_outcome = 'refused'") }} as refused,
    {{ counted_if("decisions.first_outcome in ('granted', 'refused')") }} as granted_or_refused,
    {{ counted_if("decisions.first_outcome in ('granted', 'refused') or decisions.counts_as = 'revocation'") }} as granted_refused_or_revoked,
    {{ counted_if("decisions.first_outcome = 'nlr'") }} as nlr,
    {{ counted_if("decisions.first_outcome = 'withdrawn'") }} as withdrawn,
    {{ counted_if("decisions.first_outcome = 'stopped'") }} as stopped,
    {{ counted_if("decisions.counts_as = 'revocation'") }} as revoked,
    {{ counted_if("decisions.is_on_appeal and decisions.outcome = 'granted'") }} as issued_on_appeal,
    {{ counted_if("decisions.counts_as = 'first_outcome'") }} as decisions
from decisions
