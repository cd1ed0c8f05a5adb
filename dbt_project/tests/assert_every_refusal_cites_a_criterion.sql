-- A partner that publishes criteria gives at least one for every refusal. A warning: some published refusals name none, and stand in the
-- report under "no criterion stated".
{{ config(severity='warn') }}

select
    decisions.partner,
    decisions.decision_ref,
    decisions.decided_on
from {{ ref('fct_decisions') }} as decisions
left join {{ ref('fct_refusal_criteria') }} as criteria
    on decisions.partner = criteria.partner and decisions.decision_ref = criteria.decision_ref
where
    decisions.outcome = 'refused'
    and criteria.decision_ref is null
    and decisions.partner in (select publishers.partner from {{ ref('fct_refusal_criteria') }} as publishers)
