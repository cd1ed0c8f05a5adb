select
    {{ evidence_row('seizures', 'fct_seizures', 'seizures.seized_on') }},
    coalesce({{ rating_category('seizures.rating') }}, 'none') as category_code,
    coalesce(seizures.destination_code, 'XX') as destination_code,
    cast(1 as integer) as seizures,
    {{ counted_if("seizures.is_released") }} as released,
    {{ counted_if("seizures.value_eur is not null") }} as seizures_with_value,
    seizures.value_eur
from {{ ref('fct_seizures') }} as seizures
