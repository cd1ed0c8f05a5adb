{#-
    The form in which names of countries are compared: lower case, Latin letters without marks, everything else one blank.
    Both sides of a comparison go through it, so that 'CHILI', 'Chili   ' and 'chili' meet, and 'Trinidad & Tobago' meets 'TRINIDAD-TOBAGO'.
-#}
{% macro normalise_country_text(text) -%}
    {%- set marked = "áàâäãåāăąçćčďđéèêëēěęğíìîïīıłñńňóòôöõøōőřśšşșťțúùûüūůűýÿžźż" -%}
    {%- set plain = "aaaaaaaaacccddeeeeeeegiiiiiilnnnoooooooorssssttuuuuuuuyyzzz" -%}
    trim({{ regexp_replace_all("replace(replace(replace(translate(lower(" ~ text ~ "), '" ~ marked ~ "', '" ~ plain ~ "'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')", "[^a-z0-9]+", " ") }})
{%- endmacro %}
