-- Refusals by whether a licence was issued on appeal later, and denial notices by their status, each on its day.
with appealed as (

    select distinct partner, application_ref from {{ ref('fct_decisions') }} where is_on_appeal and outcome = 'granted'

)

select
    {{ evidence_row('decisions', 'fct_decisions', 'decisions.decided_on') }},
    case when appealed.partner is not null then 'issued on appeal' else 'refused' end as kind_code,
    cast(1 as integer) as cases
from {{ ref('fct_decisions') }} as decisions
left join appealed on decisions.partner = appealed.partner and decisions.application_ref = appealed.application_ref
where decisions.outcome = 'refused' and decisions.counts_as = 'first_outcome' and decisions.decided_on is not null

union all

select
    {{ evidence_row('denials', 'fct_denials', 'denials.issued_on') }},
    denials.status as kind_code,
    cast(1 as integer) as cases
from {{ ref('fct_denials') }} as denials
where denials.issued_on is not null
