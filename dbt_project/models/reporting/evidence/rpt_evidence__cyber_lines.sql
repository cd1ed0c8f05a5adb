-- A goods line under an entry of cyber-surveillance items, or under a part of one, stands under the entry.
with entries as (

    {% for entry in ['4A005', '4D004', '4E001.c', '5A001.f', '5A001.j', '5A004.b', '5D001.e'] %}
    select '{{ entry }}' as rating
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    {{ evidence_row('lines', 'fct_licence_lines', 'lines.decided_on') }},
    entries.rating,
    {{ counted_if("lines.outcome = 'granted'") }} as granted,
    {{ counted_if("lines.outcome = 'refused'") }} as refused
from {{ ref('fct_licence_lines') }} as lines
inner join entries on lines.rating = entries.rating or lines.rating like entries.rating || '.%'
where lines.decided_on is not null
