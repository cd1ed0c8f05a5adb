{#-
    What int_parties__mentions says of every mention alike: who, in which role, of which kind and country, and whatever else a
    feed gives to tell parties apart.
-#}

{#- What a feed may give about a party beyond name, kind and country. -#}
{% macro mention_attributes() -%}
    {{ return(['city', 'address', 'registration_no', 'lei', 'eori', 'birth_dates', 'aliases']) }}
{%- endmacro %}


{#-
    A query of the mentions in one relation; role, name, country, kind and number are expressions, `given` names the attributes that
    the relation has. What it does not give is null. Firms are the rule: a party of unknown kind counts as an organisation.
-#}
{% macro mentions_in(relation, role, name, country_code, entity_kind="'organisation'", mention_no='1', given=[]) -%}
    select
        partner,
        feed,
        record_ref,
        submission_id,
        source_row_number,
        marking,
        {{ role }} as role,
        {{ mention_no }} as mention_no,
        {{ name }} as name,
        {{ entity_kind }} as entity_kind,
        {{ country_code }} as country_code
        {%- for attribute in mention_attributes() %},
        cast({{ attribute if attribute in given else 'null' }} as string) as {{ attribute }}
        {%- endfor %}
    from {{ relation }}
{%- endmacro %}
