-- A goods line under an entry of cyber-surveillance items, or under a part of one, stands under the entry.
select
    {{ evidence_row('lines', 'fct_licence_lines', 'lines.decided_on') }},
    entries.code as rating,
    {{ counted_if("lines.outcome = 'granted'") }} as granted,
    {{ counted_if("lines.outcome = 'refused'") }} as refused
from {{ ref('fct_licence_lines') }} as lines
inner join {{ ref('cyber_surveillance_entries') }} as entries on lines.rating = entries.code or lines.rating like entries.code || '.%'
where lines.decided_on is not null
