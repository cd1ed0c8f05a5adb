{#- Whole-number division, the remainder dropped; for numbers that are not negative. -#}
{% macro whole_quotient(dividend, divisor) -%}
    {{ return(adapter.dispatch('whole_quotient', 'entrepot')(dividend, divisor)) }}
{%- endmacro %}

{% macro default__whole_quotient(dividend, divisor) -%}
    (({{ dividend }}) // ({{ divisor }}))
{%- endmacro %}

{% macro spark__whole_quotient(dividend, divisor) -%}
    (({{ dividend }}) div ({{ divisor }}))
{%- endmacro %}


{#-
    Aggregate: the smallest value in the group that is not exceeded by at least this part of the group (a value that occurs, never a mean
    of two). Nulls do not count; null for an empty group.
-#}
{% macro quantile_that_occurs(expression, part) -%}
    {{ return(adapter.dispatch('quantile_that_occurs', 'entrepot')(expression, part)) }}
{%- endmacro %}

{% macro default__quantile_that_occurs(expression, part) -%}
    quantile_disc({{ expression }}, {{ part }})
{%- endmacro %}

{% macro spark__quantile_that_occurs(expression, part) -%}
    percentile_disc({{ part }}) within group (order by {{ expression }})
{%- endmacro %}
