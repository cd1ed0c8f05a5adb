-- An application stands on the day it was made, once for each entry of cyber-surveillance items in it.
with {{ cyber_lines_with_entry() }},

concerned as (

    select distinct partner, application_ref, entry from lines

)

select
    {{ evidence_row('applications', 'fct_applications', 'applications.submitted_on') }},
    concerned.entry as rating,
    cast(1 as integer) as received
from {{ ref('fct_applications') }} as applications
inner join concerned on applications.partner = concerned.partner and applications.application_ref = concerned.application_ref
where applications.superseded_by_ref is null and applications.submitted_on is not null
