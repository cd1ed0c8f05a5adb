-- A decided goods line, once for its control code and once for its destination, by what the harmonised value is to what the partner wrote.
{%- set fields = {'rating': ['rating_code', 'rating_match'], 'destination': ['destination_text', 'destination_match']} %}
{% for field, columns in fields.items() %}
{%- set written = 'lines.' ~ columns[0] ~ ' is not null' -%}
{%- set match = 'lines.' ~ columns[1] %}
select
    {{ evidence_row('lines', 'fct_licence_lines', 'lines.decided_on') }},
    '{{ field }}' as field_code,
    {{ counted_if(written) }} as lines,
    {{ counted_if(written ~ ' and ' ~ match ~ " = 'exact'") }} as exact_lines,
    {{ counted_if(written ~ ' and ' ~ match ~ " in ('broader', 'narrower', 'related')") }} as broader_lines,
    {{ counted_if(written ~ ' and ' ~ match ~ " = 'none'") }} as without_counterpart,
    {{ counted_if(written ~ ' and coalesce(' ~ match ~ ", 'unmapped') = 'unmapped'") }} as unmapped_lines,
    {{ counted_if('lines.' ~ columns[0] ~ ' is null') }} as not_stated
from {{ ref('fct_licence_lines') }} as lines
where lines.decided_on is not null
{{ 'union all' if not loop.last }}
{% endfor %}
