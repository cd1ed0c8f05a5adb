-- An application for cyber-surveillance items stands on the day it was made, and its first outcome on the day of that, each once for each
-- destination of such goods in it.
with {{ cyber_lines_with_entry() }},

concerned as (

    select distinct partner, application_ref, destination_code from lines

)

select
    {{ evidence_row('applications', 'fct_applications', 'applications.submitted_on') }},
    concerned.destination_code,
    cast(1 as integer) as received,
    cast(0 as integer) as decided,
    cast(0 as integer) as granted,
    cast(0 as integer) as refused,
    cast(0 as integer) as other
from {{ ref('fct_applications') }} as applications
inner join concerned on applications.partner = concerned.partner and applications.application_ref = concerned.application_ref
where applications.superseded_by_ref is null and applications.submitted_on is not null

union all

select
    {{ evidence_row('decisions', 'fct_decisions', 'decisions.decided_on') }},
    concerned.destination_code,
    cast(0 as integer) as received,
    cast(1 as integer) as decided,
    {{ counted_if("decisions.outcome = 'granted'") }} as granted,
    {{ counted_if("decisions.outcome = 'refused'") }} as refused,
    {{ counted_if("decisions.outcome not in ('granted', 'refused')") }} as other
from {{ ref('fct_decisions') }} as decisions
inner join concerned on decisions.partner = concerned.partner and decisions.application_ref = concerned.application_ref
where decisions.counts_as = 'first_outcome' and decisions.decided_on is not null
