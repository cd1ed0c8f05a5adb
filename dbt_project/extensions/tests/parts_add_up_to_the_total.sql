{#-
    In every period and for every partner there is one total row, and the other rows add up to it in each of these columns. A column that
    is null throughout (not delivered, not published) is null in the total too.
-#}
{% test parts_add_up_to_the_total(model, columns) %}
    select period, partner
    from {{ model }}
    group by period, partner
    having
        sum(case when is_total then 1 else 0 end) <> 1
        {%- for column in columns %}
        or sum(case when not is_total then {{ column }} end) is distinct from sum(case when is_total then {{ column }} end)
        {%- endfor %}
{% endtest %}
