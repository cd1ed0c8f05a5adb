select
    {{ evidence_row('lines', 'fct_licence_lines', 'lines.decided_on') }},
    coalesce({{ rating_category('lines.rating') }}, 'none') as category_code,
    coalesce({{ rating_entry('lines.rating') }}, 'none') as rating,
    lines.destination_code,
    lines.outcome,
    cast(1 as integer) as lines,
    {{ counted_if("lines.outcome = 'granted'") }} as granted,
    {{ counted_if("lines.outcome = 'refused'") }} as refused,
    {{ counted_if("lines.outcome not in ('granted', 'refused')") }} as other,
    {{ counted_if("lines.outcome = 'granted' and lines.value_eur is not null") }} as lines_with_value,
    case when lines.outcome = 'granted' then lines.value_eur end as value_eur
from {{ ref('fct_licence_lines') }} as lines
where lines.decided_on is not null
