{#-
    Creates the table of a code list with every column as text, save those typed in dbt_project.yml.
    dbt would guess types from the values, and a code is not a number: "01" must not become 1, nor "NO" and "NA" (Norway,
    Namibia) a boolean or a null.
-#}
{% macro duckdb__create_csv_table(model, agate_table) -%}
    {%- set typed = model['config'].get('column_types', {}) -%}
    {%- set sql -%}
        create table {{ this.render() }} (
            {%- for name in agate_table.column_names %}
            {{ adapter.quote(name | trim) }} {{ typed.get(name, 'varchar') }}{{ "," if not loop.last }}
            {%- endfor %}
        )
    {%- endset -%}
    {%- call statement('_') -%}{{ sql }}{%- endcall -%}
    {{ return(sql) }}
{%- endmacro %}
