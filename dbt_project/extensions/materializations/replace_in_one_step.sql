{#-
    Tables and views are made by one `create or replace` in one transaction. dbt's own way (build beside, rename twice, drop) serves readers
    of a live database; here nobody reads the file that is being built, and half of the time of a run went into the renaming.
    Hooks, grants, indexes and column comments are left out on purpose: compiled SQL must be the whole of a model, for releases run it again.
-#}
{% materialization table, adapter='duckdb', supported_languages=['sql'] %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ drop_if_other_type(target_relation) }}
    {% call statement('main') -%}
        {%- if config.get('contract').enforced %}
        {{ get_assert_columns_equivalent(compiled_code) }}
        create or replace table {{ target_relation }} {{ get_table_columns_and_constraints() }};
        insert into {{ target_relation }} {{ get_column_names() }} (
            {{ get_select_subquery(compiled_code) }}
        )
        {%- else %}
        create or replace table {{ target_relation }} as (
            {{ compiled_code }}
        )
        {%- endif %}
    {%- endcall %}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb', supported_languages=['sql'] %}
    {%- set target_relation = this.incorporate(type='view') -%}
    {{ drop_if_other_type(target_relation) }}
    {% call statement('main') -%}
        create or replace view {{ target_relation }} as (
            {{ compiled_code }}
        )
    {%- endcall %}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#- A model that was a view in an earlier version and is a table now, or the reverse. -#}
{% macro drop_if_other_type(target_relation) -%}
    {%- set existing = load_cached_relation(target_relation) -%}
    {%- if existing is not none and existing.type != target_relation.type -%}
        {% do adapter.drop_relation(existing) %}
    {%- endif -%}
{%- endmacro %}
