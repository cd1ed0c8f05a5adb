{#-
    Whether the rows of two relations are of one record, or of one mention of a party in it: the keys that every mart carries. The
    arguments are aliases.
-#}
{% macro same_record(one, other) -%}
    {{ one }}.partner = {{ other }}.partner and {{ one }}.feed = {{ other }}.feed and {{ one }}.record_ref = {{ other }}.record_ref
{%- endmacro %}


{% macro same_mention(one, other) -%}
    {{ same_record(one, other) }} and {{ one }}.role = {{ other }}.role and {{ one }}.mention_no = {{ other }}.mention_no
{%- endmacro %}
