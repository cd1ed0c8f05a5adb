{#- A model's layer is its schema, in every environment alike: staging, intermediate, main (marts), reporting, code_lists. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{- (custom_schema_name or target.schema) | trim -}}
{%- endmacro %}
