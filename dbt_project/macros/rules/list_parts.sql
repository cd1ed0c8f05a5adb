{#-
    Parts that the models of the sanctions lists share: from one row per delivered part of an entry to one JSON array per entry.
    The parts come from `json_elements`, so each has `element_no` and the columns that identify its entry.
-#}

{#- A query for the addresses of entries: the parts of one address joined as `text`, its country beside it. -#}
{% macro listed_addresses(parts, entry_keys, text_keys, country_key, no_country='') -%}
    select
        {{ entry_keys | join(", ") }},
        {{ json_array_of_objects({'text': 'address_text', 'country': 'country'}, 'element_no') }} as addresses
    from (
        select
            {{ entry_keys | join(", ") }},
            element_no,
            {% set texts = [] -%}
            {%- for key in text_keys %}{% do texts.append(json_given('element', key)) %}{% endfor -%}
            {{ joined_parts(', ', texts) }} as address_text,
            nullif({{ json_given('element', country_key) }}, '{{ no_country }}') as country
        from {{ parts }}
    ) as read_addresses
    where address_text is not null or country is not null
    group by {{ entry_keys | join(", ") }}
{%- endmacro %}


{#- A query for the documents and registrations of entries; those without a number are left out. -#}
{% macro listed_identifiers(parts, entry_keys, type_key, number_key, country, condition='true') -%}
    select
        {{ entry_keys | join(", ") }},
        {{ json_array_of_objects({'type': 'type', 'number': 'number', 'country': 'country'}, 'element_no') }} as identifiers
    from (
        select
            {{ entry_keys | join(", ") }},
            element_no,
            {{ json_given('element', type_key) }} as type,
            {{ json_given('element', number_key) }} as number,
            {{ country }} as country
        from {{ parts }}
    ) as read_documents
    where number is not null and {{ condition }}
    group by {{ entry_keys | join(", ") }}
{%- endmacro %}


{#- A query for the other names of entries; `names` has name, quality, is_strong and element_no. -#}
{% macro listed_aliases(names, entry_keys) -%}
    select
        {{ entry_keys | join(", ") }},
        {{ json_array_of_objects({'name': 'name', 'quality': 'quality', 'is_strong': 'is_strong'}, 'element_no') }} as aliases
    from {{ names }}
    where name <> ''
    group by {{ entry_keys | join(", ") }}
{%- endmacro %}


{#- The parts joined to their entries, each with its own columns. -#}
{% macro join_list_parts(entries, parts, entry_keys) -%}
    {% for part in parts -%}
    left join {{ part }}
        on {% for key in entry_keys %}{{ entries }}.{{ key }} = {{ part }}.{{ key }}{{ " and " if not loop.last }}{% endfor %}
    {% endfor -%}
{%- endmacro %}


{#-
    The first reference of the United Nations' lists that a text gives ('UN Ref QDi.408', 'UN Ref QI.A.12.01'), null where none. Another
    list that names it says that it means the same entry; some of these references are misprinted.
-#}
{% macro united_nations_ref(text) -%}
    nullif({{ regexp_part(text, "[A-Z][A-Z][ei][.][0-9][0-9][0-9]|[A-Z][EI][.][A-Z][.][0-9]+[.][0-9]+") }}, '')
{%- endmacro %}
