-- A line of a licence that has ended, on the day on which it ended.
select
    {{ evidence_row('lines', 'fct_licence_utilisation', 'lines.ended_on') }},
    lines.destination_code,
    cast(1 as integer) as lines,
    {{ counted_if('lines.authorised_eur is not null') }} as lines_with_value,
    {{ counted_if('lines.authorised_eur is not null and lines.write_offs > 0') }} as lines_used,
    {{ counted_if('lines.is_over_value') }} as lines_over,
    lines.authorised_eur,
    case when lines.authorised_eur is not null then lines.used_eur end as used_eur
from {{ ref('fct_licence_utilisation') }} as lines
where lines.has_ended
