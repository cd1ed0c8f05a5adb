-- An application stands on the day it was made, standing until its first outcome, and on that day once more as decided.
select
    {{ evidence_row('applications', 'fct_applications', 'applications.submitted_on') }},
    applications.first_outcome_on as counts_until_on,
    applications.licence_type as licence_type_code,
    cast(1 as integer) as received,
    cast(0 as integer) as decided
from {{ ref('fct_applications') }} as applications
where applications.superseded_by_ref is null and applications.submitted_on is not null

union all

select
    {{ evidence_row('applications', 'fct_applications', 'applications.first_outcome_on') }},
    applications.first_outcome_on as counts_until_on,
    applications.licence_type as licence_type_code,
    cast(0 as integer) as received,
    cast(1 as integer) as decided
from {{ ref('fct_applications') }} as applications
where applications.superseded_by_ref is null and applications.submitted_on is not null and applications.first_outcome_on is not null
