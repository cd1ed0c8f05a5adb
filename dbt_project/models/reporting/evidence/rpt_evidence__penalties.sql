select
    {{ evidence_row('penalties', 'fct_penalties', 'penalties.imposed_on') }},
    penalties.disposition as disposition_code,
    cast(1 as integer) as penalties,
    {{ counted_if("penalties.amount_eur is not null") }} as with_amount,
    penalties.amount_eur,
    penalties.custody_months
from {{ ref('fct_penalties') }} as penalties
where penalties.imposed_on is not null
