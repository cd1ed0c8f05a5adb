{#-
    One control code in the printed form of its list: '6A002a2a' -> '6A002.a.2.a', '1C350-16' -> '1C350.16', 'ml16' -> 'ML16',
    'PL9009' -> 'PL9009', '1E+201' (a spreadsheet's reading of 1E201) -> '1E201'. Null where the text is no code of these families
    ('Diverse', '80', ''): the text as given is kept beside it, never dropped.

    Families: EU Annex I and the US list (digit, letter A-E, three digits), the common military list (ML1-ML22), the UK's national
    entries (PL and four digits). What follows the entry is a path of letters and numbers, each set off by a point; where that part cannot
    be read (longer words), the entry alone is given. Leading zeros of a number fall away: '1C350-07' is '1C350.7'.
-#}
{% macro normalise_rating(text) -%}
    {%- set spelled = regexp_replace_all("lower(translate(" ~ text ~ ", 'АВСЕавсе', 'ABCEabce'))", "[^a-z0-9]+", ".") -%}
    {%- set spelled = regexp_replace_all(spelled, "^[.]+|[.]+$", "") -%}
    {%- set entry = regexp_part(spelled, "^([0-9][.]?[a-e][.]?[0-9]{3}|ml[.]?(2[0-2]|1[0-9]|[1-9])|pl[.]?[0-9]{4})") -%}
    {%- set path = regexp_replace_all("substr(" ~ spelled ~ ", length(" ~ entry ~ ") + 1)", "[.]*([a-z]+|[0-9]+)", ".\\1") -%}
    {%- set path = regexp_replace_all(path, "[.]0+([1-9])", ".\\1") -%}
    case
        when {{ entry }} = '' then null
        else upper(replace({{ entry }}, '.', '')) || {{ regexp_part(path, "^([.]([a-z]{1,4}|[0-9]{1,3}))*$") }}
    end
{%- endmacro %}


{#- The entry of a rating in printed form, without its path: '6A002.a.2.a' -> '6A002', 'ML22.a' -> 'ML22'. -#}
{% macro rating_entry(rating) -%}
    split_part({{ rating }}, '.', 1)
{%- endmacro %}


{#- The category of a rating in printed form: '0' to '9' of the dual-use list, 'ML' military list, 'PL' national; null without a rating. -#}
{% macro rating_category(rating) -%}
    case when {{ regexp_found(rating, "^[0-9]") }} then substr({{ rating }}, 1, 1) else substr({{ rating }}, 1, 2) end
{%- endmacro %}


{#- The list a rating in printed form belongs to by its shape: EU_DU, ML, UK_NATIONAL; null without a rating. -#}
{% macro rating_list(rating) -%}
    case
        when {{ rating }} is null then null
        when {{ rating }} like 'ML%' then 'ML'
        when {{ rating }} like 'PL%' then 'UK_NATIONAL'
        else 'EU_DU'
    end
{%- endmacro %}
