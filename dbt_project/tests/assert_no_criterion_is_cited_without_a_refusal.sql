-- Every criterion belongs to a refusal in the facts: else it would be missing from the report by quarter.
select
    criteria.partner,
    criteria.decision_ref,
    criteria.criterion_code
from {{ ref('fct_refusal_criteria') }} as criteria
left join {{ ref('fct_decisions') }} as decisions
    on
        criteria.partner = decisions.partner
        and criteria.decision_ref = decisions.decision_ref
        and decisions.outcome = 'refused'
where decisions.decision_ref is null
