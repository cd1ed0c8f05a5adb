-- First outcomes of applications, and the revocations that stand beside them.
select
    {{ evidence_row('decisions', 'fct_decisions', 'decisions.decided_on') }},
    decisions.licence_type as licence_type_code,
    decisions.outcome,
    {{ counted_if("decisions.outcome = 'granted'") }} as granted,
    {{ counted_if("decisions.outcome = 'refused'") }} as refused,
    {{ counted_if("decisions.outcome in ('granted', 'refused')") }} as granted_or_refused,
    {{ counted_if("decisions.outcome = 'nlr'") }} as nlr,
    {{ counted_if("decisions.outcome = 'withdrawn'") }} as withdrawn,
    {{ counted_if("decisions.outcome = 'stopped'") }} as stopped,
    {{ counted_if("decisions.counts_as = 'revocation'") }} as revoked,
    {{ counted_if("decisions.counts_as = 'first_outcome'") }} as decisions
from {{ ref('fct_decisions') }} as decisions
where decisions.decided_on is not null and decisions.counts_as in ('first_outcome', 'revocation')
