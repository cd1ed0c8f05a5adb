select
    {{ evidence_row('referrals', 'fct_referrals', 'cases.opened_on') }},
    cast(null as date) as counts_until_on,
    referrals.case_id,
    cases.rule,
    cast(1 as integer) as opened,
    cast(1 as integer) as cases,
    {{ counted_if("cases.status = 'open'") }} as open_cases,
    {{ counted_if("cases.status = 'under_review'") }} as under_review,
    {{ counted_if("cases.status = 'concluded'") }} as concluded,
    {{ counted_if("cases.status = 'no_further_action'") }} as no_further_action,
    {{ counted_if("cases.has_contradiction") }} as contradicted,
    {{ counted_if("cases.is_acted_upon or cases.status = 'concluded'") }} as yielding,
    {{ counted_if("cases.has_open_action") }} as open_actions,
    cast(1 as integer) as referrals,
    {{ counted_if("referrals.is_acknowledged") }} as acknowledged,
    {{ counted_if("not referrals.is_acknowledged") }} as not_acknowledged
from {{ ref('fct_referrals') }} as referrals
inner join {{ ref('fct_cases') }} as cases on referrals.case_id = cases.case_id
where referrals.case_id not in ({{ withheld_cases() }})
