{#-
    Metrics are counted for every kind of period at once, so that a quarterly, a half-yearly and a yearly report print the same figure from
    the same table: each fact is laid under its quarter, its half-year and its year.

    Use: `from facts cross join {{ period_kinds() }}`, and name the period with period_of('facts.decided_on').
-#}
{% macro period_kinds() -%}
    (
        select 'quarter' as period_kind
        union all
        select 'half_year' as period_kind
        union all
        select 'year' as period_kind
    ) as kinds
{%- endmacro %}

{% macro period_of(day) -%}
    case kinds.period_kind
        when 'quarter' then {{ quarter_name(quarter_number(day)) }}
        when 'half_year' then {{ half_name(half_number(day)) }}
        else cast(year({{ day }}) as string)
    end
{%- endmacro %}

{#- One group for each period, partner and key, and one for each period and partner: the parts and the total of a table. -#}
{% macro parts_and_total(day, partner, key) -%}
    grouping sets (
        (kinds.period_kind, {{ period_of(day) }}, {{ partner }}, {{ key }}),
        (kinds.period_kind, {{ period_of(day) }}, {{ partner }})
    )
{%- endmacro %}
