{#-
    JSON text: how nested parts of a delivery (names of a listed party, subjects of a report) travel through the warehouse.
    Arrays and objects stay text everywhere; these macros open and write them.
-#}

{#- The value at a key of a JSON object, as text; null where there is none, and where the text is no object. -#}
{% macro json_text(json, key) -%}
    {{ return(adapter.dispatch('json_text', 'entrepot')(json, key)) }}
{%- endmacro %}

{% macro default__json_text(json, key) -%}
    case when left({{ json }}, 1) = '{' then json_extract_string({{ json }}, '$."{{ key }}"') end
{%- endmacro %}

{% macro spark__json_text(json, key) -%}
    get_json_object({{ json }}, '$[\'{{ key }}\']')
{%- endmacro %}


{#- The same, null where it is empty or blank. -#}
{% macro json_given(json, key) -%}
    nullif(trim({{ json_text(json, key) }}), '')
{%- endmacro %}


{#-
    A query with one row per element of a JSON array: the columns kept, `element_no` from 1 and `element`, which is the text of a string
    and the JSON of an object. A null or empty array gives no row.
-#}
{% macro json_elements(relation, array, keep) -%}
    {{ return(adapter.dispatch('json_elements', 'entrepot')(relation, array, keep)) }}
{%- endmacro %}

{% macro default__json_elements(relation, array, keep) -%}
    select
        {% for column in keep %}{{ column }}, {% endfor %}
        unnest(generate_series(1, len(elements))) as element_no,
        unnest(elements) as element
    from (
        select
            {% for column in keep %}{{ column }}, {% endfor %}
            json_extract_string({{ array }}, '$[*]') as elements
        from {{ relation }}
        where {{ array }} is not null
    ) as opened
{%- endmacro %}

{% macro spark__json_elements(relation, array, keep) -%}
    select
        {% for column in keep %}{{ column }}, {% endfor %}
        position + 1 as element_no,
        element
    from {{ relation }}
    lateral view posexplode(from_json({{ array }}, 'array<string>')) as position, element
{%- endmacro %}


{#- Aggregate: the distinct values of the group in their order, nulls left out, as a JSON array of texts; [] for none. -#}
{% macro json_array_of_distinct(expression) -%}
    {{ return(adapter.dispatch('json_array_of_distinct', 'entrepot')(expression)) }}
{%- endmacro %}

{% macro default__json_array_of_distinct(expression) -%}
    cast(to_json(coalesce(list_sort(list(distinct {{ expression }}) filter (where {{ expression }} is not null)), [])) as varchar)
{%- endmacro %}

{% macro spark__json_array_of_distinct(expression) -%}
    to_json(sort_array(collect_set({{ expression }})))
{%- endmacro %}


{#- Aggregate: one JSON object per row of the group, in the order given, as a JSON array. `fields` maps keys to expressions. -#}
{% macro json_array_of_objects(fields, order_by) -%}
    {{ return(adapter.dispatch('json_array_of_objects', 'entrepot')(fields, order_by)) }}
{%- endmacro %}

{% macro default__json_array_of_objects(fields, order_by) -%}
    cast(to_json(list({
        {%- for key, expression in fields.items() %}'{{ key }}': {{ expression }}{{ ", " if not loop.last }}{% endfor -%}
    } order by {{ order_by }})) as varchar)
{%- endmacro %}

{% macro spark__json_array_of_objects(fields, order_by) -%}
    to_json(transform(sort_array(collect_list(struct({{ order_by }} as place, struct(
        {%- for key, expression in fields.items() %}{{ expression }} as `{{ key }}`{{ ", " if not loop.last }}{% endfor -%}
    ) as entry))), item -> item.entry))
{%- endmacro %}


{#- A JSON array of one text; [] where it is null. -#}
{% macro json_array_of_one(expression) -%}
    {{ return(adapter.dispatch('json_array_of_one', 'entrepot')(expression)) }}
{%- endmacro %}

{% macro default__json_array_of_one(expression) -%}
    case when {{ expression }} is null then '[]' else cast(to_json([{{ expression }}]) as varchar) end
{%- endmacro %}

{% macro spark__json_array_of_one(expression) -%}
    case when {{ expression }} is null then '[]' else to_json(array({{ expression }})) end
{%- endmacro %}


{#- How many elements a JSON array has; 0 for null. -#}
{% macro json_length(array) -%}
    {{ return(adapter.dispatch('json_length', 'entrepot')(array)) }}
{%- endmacro %}

{% macro default__json_length(array) -%}
    cast(coalesce(json_array_length({{ array }}), 0) as integer)
{%- endmacro %}

{% macro spark__json_length(array) -%}
    coalesce(json_array_length({{ array }}), 0)
{%- endmacro %}


{#- The words of a text, in alphabetical order, one blank between them. -#}
{% macro sorted_words(text) -%}
    {{ return(adapter.dispatch('sorted_words', 'entrepot')(text)) }}
{%- endmacro %}

{% macro default__sorted_words(text) -%}
    array_to_string(list_sort(string_split({{ text }}, ' ')), ' ')
{%- endmacro %}

{% macro spark__sorted_words(text) -%}
    array_join(array_sort(split({{ text }}, ' ')), ' ')
{%- endmacro %}


{#- Several texts joined by a separator, nulls left out; null where all are. -#}
{% macro joined_parts(separator, expressions) -%}
    nullif(concat_ws('{{ separator }}', {{ expressions | join(", ") }}), '')
{%- endmacro %}


{#- A hash of a text as 32 hexadecimal digits: for keys made of visible columns, never for secrecy. -#}
{% macro text_hash(text) -%}
    md5({{ text }})
{%- endmacro %}
