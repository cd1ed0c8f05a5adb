{#-
    The head of a row of evidence: of which fact it is, and on which day it counts. What follows are the keys of printed tables and one
    column a measure with what this row adds to it (docs/trace.md). `alias` is the alias of the fact.
-#}
{% macro evidence_row(alias, fact, counts_on) -%}
    {{ counts_on }} as counts_on,
    '{{ fact }}' as relation,
    {{ alias }}.partner,
    {{ alias }}.feed,
    {{ alias }}.record_ref,
    {{ alias }}.submission_id,
    {{ alias }}.source_row_number,
    {{ alias }}.marking
{%- endmacro %}

{#- What a row adds to a count: 1 where the condition holds, else 0. -#}
{% macro counted_if(condition) -%}
    cast(case when {{ condition }} then 1 else 0 end as integer)
{%- endmacro %}
