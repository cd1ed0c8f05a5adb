{#-
    Creates the table of a code list with every column as text, save days (valid_from, valid_to, eu_from, eu_to, names ending in _on) and
    sort_order. dbt would guess types from the values, and a code is not a number: "01" must not become 1, nor "NO" and "NA" (Norway,
    Namibia) a boolean or a null.
-#}
{% macro duckdb__create_csv_table(model, agate_table) -%}
    {%- set sql -%}
        create table {{ this.render() }} (
            {%- for name in agate_table.column_names %}
            {{ adapter.quote(name) }} {{ code_list_type(name) }}{{ "," if not loop.last }}
            {%- endfor %}
        )
    {%- endset -%}
    {%- call statement('_') -%}{{ sql }}{%- endcall -%}
    {{ return(sql) }}
{%- endmacro %}

{% macro code_list_type(name) -%}
    {%- if name == 'sort_order' -%} integer
    {%- elif name in ('valid_from', 'valid_to', 'eu_from', 'eu_to') or name.endswith('_on') -%} date
    {%- else -%} string
    {%- endif -%}
{%- endmacro %}
