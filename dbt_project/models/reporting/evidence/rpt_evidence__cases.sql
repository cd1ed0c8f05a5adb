-- A case stands on the day it was opened, standing until it was concluded, and on that day once more as concluded.
select
    {{ evidence_row('cases', 'fct_enforcement_cases', 'cases.opened_on') }},
    case when cases.is_closed then cases.concluded_on end as counts_until_on,
    cases.offence_code,
    cases.origin as origin_code,
    cast(1 as integer) as opened,
    cast(0 as integer) as concluded,
    {{ counted_if('cases.origin is not null') }} as opened_of_known_origin
from {{ ref('fct_enforcement_cases') }} as cases
where cases.opened_on is not null

union all

select
    {{ evidence_row('cases', 'fct_enforcement_cases', 'cases.concluded_on') }},
    cases.concluded_on as counts_until_on,
    cases.offence_code,
    cases.origin as origin_code,
    cast(0 as integer) as opened,
    cast(1 as integer) as concluded,
    cast(0 as integer) as opened_of_known_origin
from {{ ref('fct_enforcement_cases') }} as cases
where cases.is_closed and {{ half_number('cases.concluded_on') }} >= {{ half_number('cases.opened_on') }}
