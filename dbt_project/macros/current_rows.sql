{#-
    The current state of a feed: what its partner holds true now, given all that he has submitted and still says.

    The rows' `sequence` is the place of their submission in the order of issue (for snapshots: by period first), whatever the
    order of arrival; `kind` is what it does; `is_withdrawal` marks rows that take their record away. All three come from the
    schema raw, which holds only submissions that are neither superseded nor withdrawn.

    snapshot   the newest whole list, with the corrections, deltas and withdrawals that follow it
    periodic   each submission adds; a key that comes again is a correction
    both       per key, the row that was issued last, unless it takes the record away

    Gives a query to put in brackets or in a CTE. Where there is a key it carries a column `arrival_rank` (always 1) for want of a
    portable `qualify`: select the columns you need by name.
-#}
{% macro current_rows(relation, key_columns, delivery) -%}
    {%- if delivery not in ('snapshot', 'periodic') -%}
    {{ exceptions.raise_compiler_error("current_rows: delivery is '" ~ delivery ~ "', expected snapshot or periodic") }}
    {%- endif -%}
    {%- if key_columns -%}
    select ranked.*
    from (
        select
            delivered.*,
            row_number() over (
                partition by {% for column in key_columns %}delivered.{{ column }}{{ ", " if not loop.last }}{% endfor %}
                order by delivered.sequence desc, delivered.source_row_number desc
            ) as arrival_rank
        from {{ relation }} as delivered
        {%- if delivery == 'snapshot' %}
        where delivered.sequence >= {{ newest_list(relation) }}
        {%- endif %}
    ) as ranked
    where ranked.arrival_rank = 1 and ranked.is_withdrawal is not true
    {%- else -%}
    select delivered.*
    from {{ relation }} as delivered
        {%- if delivery == 'snapshot' %}
    where delivered.sequence = {{ newest_list(relation) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- The sequence of the newest whole list of a snapshot feed, 0 where there is none. -#}
{% macro newest_list(relation) -%}
    (
        select coalesce(max(lists.sequence), 0)
        from {{ relation }} as lists
        where lists.kind in ('initial', 'replacement')
    )
{%- endmacro %}
