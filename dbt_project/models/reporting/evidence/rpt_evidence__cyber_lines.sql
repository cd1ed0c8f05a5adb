-- A goods line under an entry of cyber-surveillance items, or under a part of one, stands under the entry.
with {{ cyber_lines_with_entry() }}

select
    {{ evidence_row('lines', 'fct_licence_lines', 'lines.decided_on') }},
    lines.entry as rating,
    {{ counted_if("lines.outcome = 'granted'") }} as granted,
    {{ counted_if("lines.outcome = 'refused'") }} as refused
from lines
where lines.decided_on is not null
