-- A refusal stands once for each criterion that it cites; one that cites 2a and 2c stands once under 2.
with cited as (

    select distinct partner, decision_ref, criterion from {{ ref('fct_refusal_criteria') }}

)

select
    {{ evidence_row('decisions', 'fct_decisions', 'decisions.decided_on') }},
    coalesce(cited.criterion, 'none') as criterion_code,
    cast(1 as integer) as refusals,
    {{ counted_if("cited.criterion is not null") }} as citations
from {{ ref('fct_decisions') }} as decisions
left join cited on decisions.partner = cited.partner and decisions.decision_ref = cited.decision_ref
where decisions.outcome = 'refused' and decisions.counts_as = 'first_outcome' and decisions.decided_on is not null
