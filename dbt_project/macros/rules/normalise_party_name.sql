{#-
    The form in which names of parties are compared: capital letters without marks, no punctuation, no legal form, words in alphabetical
    order ('HUSSEIN, Saddam' meets 'Saddam Hussein'). Scripts other than Latin keep their letters. A name that is nothing but a legal form
    keeps it, so that the result is empty only for a name without a letter or digit. The exact-key linkage rests on it; scored linkage does not.
-#}
{% macro normalise_party_name(text) -%}
    {%- set marked = "ÁÀÂÄÃÅĀĂĄÇĆČĎĐÉÈÊËĒĚĘĞÍÌÎÏĪİŁÑŃŇÓÒÔÖÕØŌŐŘŚŠŞȘŤȚÚÙÛÜŪŮŰÝŸŽŹŻ" -%}
    {%- set plain = "AAAAAAAAACCCDDEEEEEEEGIIIIIILNNNOOOOOOOORSSSSTTUUUUUUUYYZZZ" -%}
    {%- set spaced = "-,;:/()&+_|<>[]{}!?*#=~" -%}
    {%- set forms = [
        "GMBH", "AG", "KG", "KGAA", "OHG", "LTD", "LIMITED", "PLC", "LLP", "LP", "LLC", "INC", "INCORPORATED", "CORP", "CORPORATION", "CO",
        "COMPANY", "SA", "SARL", "SAS", "SASU", "SPA", "SRL", "BV", "NV", "AB", "AS", "ASA", "APS", "OY", "OYJ", "DOO", "KFT", "ZRT", "SRO",
        "OOO", "OAO", "ZAO", "PAO", "PJSC", "OJSC", "JSC", "FZE", "FZCO", "FZC", "DMCC", "PTE", "PVT", "PTY", "SDN", "BHD", "SE", "EURL", "SNC",
    ] -%}
    {%- set upper_case = "translate(replace(replace(upper(" ~ text ~ "), 'ß', 'SS'), 'Æ', 'AE'), '" ~ marked ~ "', '" ~ plain ~ "')" -%}
    {%- set spelled = "translate(translate(" ~ upper_case ~ ", '" ~ spaced ~ "', '" ~ (" " * (spaced | length)) ~ "'), '.''’`´\"“”„', '')" -%}
    {%- set words = "trim(" ~ regexp_replace_all(spelled, " +", " ") ~ ")" -%}
    {%- set core = regexp_replace_all(words, "^((" ~ (forms | join("|")) ~ ") )+|( (" ~ (forms | join("|")) ~ "))+$", "") -%}
    {{ sorted_words("coalesce(nullif(" ~ core ~ ", ''), " ~ words ~ ")") }}
{%- endmacro %}
