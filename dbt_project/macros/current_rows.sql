{#-
    The current state of a feed: what its partner holds true now, given all that he has submitted.

    snapshot   each submission replaces the whole: the rows of the newest one (by period, then by order of arrival, so that an old
               snapshot delivered late does not replace a newer one)
    periodic   each submission adds; a key that comes again is a correction: per key, the row that arrived last

    Gives a query to put in brackets or in a CTE. The periodic form carries a column `arrival_rank` (always 1) for want of a
    portable `qualify`: select the columns you need by name.
-#}
{% macro current_rows(relation, key_columns, delivery) -%}
    {%- if delivery == 'snapshot' -%}
    select delivered.*
    from {{ relation }} as delivered
    where delivered.submission_id = (
        select submissions.submission_id
        from (select distinct submission_id, period, sequence from {{ relation }}) as submissions
        order by submissions.period desc nulls last, submissions.sequence desc
        limit 1
    )
    {%- elif delivery == 'periodic' -%}
    select ranked.*
    from (
        select
            delivered.*,
            row_number() over (
                partition by {% for column in key_columns %}delivered.{{ column }}{{ ", " if not loop.last }}{% endfor %}
                order by delivered.sequence desc, delivered.source_row_number desc
            ) as arrival_rank
        from {{ relation }} as delivered
    ) as ranked
    where ranked.arrival_rank = 1
    {%- else -%}
    {{ exceptions.raise_compiler_error("current_rows: delivery is '" ~ delivery ~ "', expected snapshot or periodic") }}
    {%- endif -%}
{%- endmacro %}
