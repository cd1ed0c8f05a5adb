-- A grant in a case of the rule on undercuts that people have not dismissed, on the day of the grant.
select
    {{ evidence_row('records', 'bridge_case_records', 'records.happened_on') }},
    cast(1 as integer) as candidates,
    {{ counted_if(json_length('cases.ratings') ~ ' = 1') }} as exact_candidates,
    {{ counted_if("cases.status = 'concluded'") }} as concluded
from {{ ref('bridge_case_records') }} as records
inner join {{ ref('fct_cases') }} as cases on records.case_id = cases.case_id
where cases.rule = 'undercut' and records.is_focus and cases.status <> 'no_further_action'
