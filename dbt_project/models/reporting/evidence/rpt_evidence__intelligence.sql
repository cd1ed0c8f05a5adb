-- A report of intelligence that is old enough for an action to have come, on the day it was received.
select
    {{ evidence_row('reports', 'fct_intelligence_actions', 'reports.received_on') }},
    reports.first_action,
    cast(1 as integer) as reports,
    {{ counted_if("reports.first_action <> 'none'") }} as acted_upon,
    {{ counted_if('reports.earlier_actions > 0') }} as confirming,
    reports.days_to_action
from {{ ref('fct_intelligence_actions') }} as reports
where reports.is_mature
