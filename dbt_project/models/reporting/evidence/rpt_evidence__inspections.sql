select
    {{ evidence_row('inspections', 'fct_inspections', 'inspections.inspected_on') }},
    inspections.trigger as trigger_code,
    inspections.result,
    cast(1 as integer) as inspections,
    {{ counted_if("inspections.is_hit") }} as irregular,
    {{ counted_if("inspections.result = 'detained'") }} as detained,
    {{ counted_if("inspections.result = 'seized'") }} as seized
from {{ ref('fct_inspections') }} as inspections
