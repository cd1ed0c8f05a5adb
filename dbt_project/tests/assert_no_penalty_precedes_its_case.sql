-- A penalty is imposed on or after the day on which its case was opened.
select
    penalties.penalty_ref,
    penalties.imposed_on,
    cases.opened_on
from {{ ref('fct_penalties') }} as penalties
inner join {{ ref('fct_enforcement_cases') }} as cases
    on penalties.partner = cases.partner and penalties.case_ref = cases.case_ref
where penalties.imposed_on < cases.opened_on
