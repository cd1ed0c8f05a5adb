{#-
    Every edition of a snapshot feed, each as it stands after what was said about it: the rows of a whole list, with the corrections,
    deltas and withdrawals up to the next list. `edition_sequence` tells editions apart and puts them in order: it is the
    `sequence` of the whole list.

    A withdrawal takes its record out of all earlier editions too, since it says that the record should never have stood there; what a
    delta takes away has left with that edition.

    Gives a query to put in brackets or in a CTE, with a column `arrival_rank` (always 1) where there is a key:
    select the columns you need by name.
-#}
{% macro edition_rows(relation, key_columns) -%}
    {%- if key_columns -%}
    {%- set keys -%}
        {%- for column in key_columns %}placed.{{ column }}{{ ", " if not loop.last }}{% endfor -%}
    {%- endset -%}
    select ranked.*
    from (
        select
            placed.*,
            row_number() over (
                partition by placed.edition_sequence, {{ keys }}
                order by placed.sequence desc, placed.source_row_number desc
            ) as arrival_rank,
            max(case when placed.is_withdrawal and placed.kind = 'withdrawal' then placed.sequence else 0 end)
                over (partition by {{ keys }}) as withdrawn_by
        from (
            select
                delivered.*,
                coalesce(
                    max(case when delivered.kind in ('initial', 'replacement') then delivered.sequence end)
                        over (order by delivered.sequence range between unbounded preceding and current row),
                    0
                ) as edition_sequence
            from {{ relation }} as delivered
        ) as placed
    ) as ranked
    where ranked.arrival_rank = 1 and ranked.is_withdrawal is not true and ranked.sequence > ranked.withdrawn_by
    {%- else -%}
    select
        delivered.*,
        delivered.sequence as edition_sequence
    from {{ relation }} as delivered
    {%- endif -%}
{%- endmacro %}
