-- A licence with goods of several classes counts once in each: its application is named together with the class.
{%- set classes = {
    'dual_use': {'category': 'lines.category_code', 'licence_type': 'lines.licence_type', 'destination': 'lines.destination_code'},
    'military': {
        'destination': 'lines.destination_code', 'entry': 'lines.entry', 'destination_and_entry': "lines.destination_code || '/' || lines.entry",
    },
} %}
with lines as (

    select
        *,
        coalesce({{ rating_category('rating') }}, 'none') as category_code,
        coalesce({{ rating_entry('rating') }}, 'none') as entry,
        {% for kind in classes -%}
        coalesce(outcome = 'granted' and {{ goods_are(kind, 'rating') }}, false) as is_{{ kind }}_granted{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('fct_licence_lines') }}
    where decided_on is not null

)

select
    {{ evidence_row('lines', 'fct_licence_lines', 'lines.decided_on') }},
    lines.category_code,
    lines.entry as rating,
    lines.destination_code,
    lines.licence_type,
    lines.outcome,
    cast(1 as integer) as lines,
    {{ counted_if("lines.outcome = 'granted'") }} as granted,
    {{ counted_if("lines.outcome = 'refused'") }} as refused,
    {{ counted_if("lines.outcome not in ('granted', 'refused')") }} as other,
    {{ counted_if("lines.outcome = 'granted' and lines.value_eur is not null") }} as lines_with_value,
    case when lines.outcome = 'granted' then lines.value_eur end as value_eur,
    {% for kind, keys in classes.items() -%}
    {% for name, key in keys.items() -%}
    case when lines.is_{{ kind }}_granted then lines.application_ref || '/' || {{ key }} end as {{ kind }}_application_by_{{ name }},
    {% endfor -%}
    case when lines.is_{{ kind }}_granted then lines.value_eur end as {{ kind }}_value_eur{{ ',' if not loop.last }}
    {% endfor -%}
from lines
