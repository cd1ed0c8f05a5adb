{#- Every match of the pattern replaced. `\1` in the replacement stands for the first group. No backslashes in patterns: engines differ. -#}
{% macro regexp_replace_all(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('regexp_replace_all', 'entrepot')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro default__regexp_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__regexp_replace_all(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement | replace("\\", "$") }}')
{%- endmacro %}


{#- Whether some part of the text matches the pattern. -#}
{% macro regexp_found(text, pattern) -%}
    {{ return(adapter.dispatch('regexp_found', 'entrepot')(text, pattern)) }}
{%- endmacro %}

{% macro default__regexp_found(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__regexp_found(text, pattern) -%}
    {{ text }} rlike '{{ pattern }}'
{%- endmacro %}


{#- The part of the text that matches the pattern, '' where none does. -#}
{% macro regexp_part(text, pattern) -%}
    regexp_extract({{ text }}, '{{ pattern }}', 0)
{%- endmacro %}


{#- Aggregate: the values joined by the separator in the order given. -#}
{% macro joined_text(expression, separator, order_by) -%}
    {{ return(adapter.dispatch('joined_text', 'entrepot')(expression, separator, order_by)) }}
{%- endmacro %}

{% macro default__joined_text(expression, separator, order_by) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{% macro spark__joined_text(expression, separator, order_by) -%}
    listagg({{ expression }}, '{{ separator }}') within group (order by {{ order_by }})
{%- endmacro %}


{#-
    A query with one row per piece of a text cut at a one-character separator: the columns kept (each a name, or 'name as other_name'),
    `piece_no` from 1, `piece` trimmed. A null text gives no row.
-#}
{% macro pieces_of(relation, text, separator, keep) -%}
    {{ return(adapter.dispatch('pieces_of', 'entrepot')(relation, text, separator, keep)) }}
{%- endmacro %}

{% macro default__pieces_of(relation, text, separator, keep) -%}
    select
        {% for column in keep %}{{ column.split(' as ')[-1] }}, {% endfor %}
        piece_no,
        trim(split_part(whole_text, '{{ separator }}', cast(piece_no as integer))) as piece
    from (
        select
            {% for column in keep %}{{ column }}, {% endfor %}
            {{ text }} as whole_text,
            unnest(generate_series(1, len({{ text }}) - len(replace({{ text }}, '{{ separator }}', '')) + 1)) as piece_no
        from {{ relation }}
        where {{ text }} is not null
    ) as cut
{%- endmacro %}

{% macro spark__pieces_of(relation, text, separator, keep) -%}
    select
        {% for column in keep %}{{ column }}, {% endfor %}
        position + 1 as piece_no,
        trim(raw_piece) as piece
    from {{ relation }}
    lateral view posexplode(split({{ text }}, '[{{ separator }}]')) as position, raw_piece
{%- endmacro %}
