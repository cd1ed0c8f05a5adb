{#-
    What int_parties__mentions says of every mention alike: who, in which role, of which kind and country, and whatever else a
    feed gives to tell parties apart.
-#}

{#- What a feed may give about a party beyond name, kind and country. -#}
{% macro mention_attributes() -%}
    {{ return([
        'known_kind', 'city', 'address', 'registration_no', 'lei', 'eori', 'birth_dates', 'aliases', 'countries', 'identifiers',
        'addresses', 'programmes', 'list_refs', 'list_code', 'entry_ref', 'list_entry_ref', 'listed_on']) }}
{%- endmacro %}


{#- The content of a profile: all by which linkage may compare. `entity_kind` is null where no record says it. -#}
{% macro party_content() -%}
    {{ return([
        'entity_kind', 'name', 'aliases', 'countries', 'birth_dates', 'city', 'address', 'registration_no', 'lei', 'eori',
        'identifiers', 'addresses', 'programmes', 'list_refs', 'list_code', 'entry_ref', 'list_entry_ref', 'listed_on']) }}
{%- endmacro %}


{#- The id of a profile: a hash of its content and of nothing else; `entity_kind` is the expression for the kind. -#}
{% macro party_profile_id(entity_kind='entity_kind') -%}
    {%- set parts = [] -%}
    {%- for column in party_content() -%}
        {%- do parts.append("coalesce(" ~ (entity_kind if column == 'entity_kind' else column) ~ ", '')") -%}
    {%- endfor -%}
    {{ text_hash(parts | join(" || '|' || ")) }}
{%- endmacro %}


{#-
    A query of the mentions in one relation; role, name, country, kind and number are expressions, `given` names the attributes that
    the relation has. What it does not give is null. Firms are the rule: a party of unknown kind counts as an organisation in
    `entity_kind`, while `known_kind` stays null.
-#}
{% macro mentions_in(relation, role, name, country_code, entity_kind="'organisation'", mention_no='1', given=[], known_kind='null') -%}
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
        {%- if attribute == 'known_kind' %}
        cast({{ known_kind }} as string) as known_kind
        {%- elif attribute == 'countries' and attribute not in given %}
        cast({{ json_array_of_one(country_code) }} as string) as countries
        {%- else %}
        cast({{ attribute if attribute in given else 'null' }} as string) as {{ attribute }}
        {%- endif %}
        {%- endfor %}
    from {{ relation }}
{%- endmacro %}
