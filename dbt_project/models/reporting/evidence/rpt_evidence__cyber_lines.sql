-- A goods line under an entry of cyber-surveillance items, or under a part of one, stands under the entry. A release holds no code list, and a
-- second list is what the first is compared with (code_lists.cyber_surveillance_entries): a change of one alone stops the edition.
with entries as (

    {% for entry in ['4A005', '4D004', '4E001.a', '4E001.c', '5A001.f', '5A001.j', '5A004.a', '5A004.b', '5D001.e', '5D002.a.3.b', '5D002.c.3.b'] %}
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
