select
    {{ evidence_row('declarations', 'fct_declarations', 'declarations.declared_on') }},
    declarations.destination_code,
    cast(1 as integer) as declarations
from {{ ref('fct_declarations') }} as declarations
where declarations.direction = 'export'
