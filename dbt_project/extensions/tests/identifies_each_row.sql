{#- The column is present in every row and no two rows share a value: not_null and unique in one look at the table. -#}
{% test identifies_each_row(model, column_name) %}
    select {{ column_name }}, count(*) as occurrences
    from {{ model }}
    group by {{ column_name }}
    having count(*) > 1 or {{ column_name }} is null
{% endtest %}
