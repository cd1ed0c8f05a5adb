{#-
    Reports whose folder has a model of its own periods, rpt_<report>__periods (partner, period_number, records): the catalogue reads them
    from there. `entrepot report new` adds a line. The kind is quarter, half_year or year; the numbers are those of macros/rules/periods.sql.
-#}
{% macro own_periods() -%}
    {{ return([
        ('interagency_review', 'half_year'),
        ('list_changes', 'quarter'),
    ]) }}
{%- endmacro %}

{#- How periods of a kind are named and bounded: expressions over the number by which they follow each other. -#}
{% macro period_forms(kind, number) -%}
    {{ return({
        'quarter': {
            'name': quarter_name(number), 'start': quarter_start(number), 'next': quarter_start(number ~ ' + 1'), 'a_year': 4,
        },
        'half_year': {
            'name': half_name(number), 'start': half_start(number), 'next': half_start(number ~ ' + 1'), 'a_year': 2,
        },
        'year': {
            'name': 'cast(' ~ number ~ ' as string)', 'start': 'make_date(cast(' ~ number ~ ' as integer), 1, 1)',
            'next': 'make_date(cast(' ~ number ~ ' as integer) + 1, 1, 1)', 'a_year': 1,
        },
    }[kind]) }}
{%- endmacro %}
