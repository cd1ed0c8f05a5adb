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


{#-
    Where a rating in printed form stands in its list, by its structure alone: no list is needed for it. The entry 3A001 stands under
    the product group 3A, and 3A001.a.2 under 3A001.a; ML22.a under ML22, which stands under ML.
-#}
{% macro rating_parent(rating) -%}
    case
        when {{ rating }} like '%.%' then {{ regexp_replace_all(rating, "[.][^.]*$", "") }}
        else substr({{ rating }}, 1, 2)
    end
{%- endmacro %}


{#- The depth of a rating: 1 an entry (3A001, ML22, PL9009), and one more for every step of the path below it. -#}
{% macro rating_level(rating) -%}
    1 + length({{ rating }}) - length(replace({{ rating }}, '.', ''))
{%- endmacro %}


{#- The product group of a dual-use rating: A equipment, B test and production, C materials, D software, E technology; else null. -#}
{% macro rating_group(rating) -%}
    case when {{ regexp_found(rating, "^[0-9][A-E]") }} then substr({{ rating }}, 2, 1) end
{%- endmacro %}


{#-
    The regime that a rating's number stands for: of the first of its three digits 0 is the Wassenaar Arrangement (in category 0 the
    Nuclear Suppliers Group), 1 the MTCR, 2 the Nuclear Suppliers Group, 3 the Australia Group, 4 the Chemical Weapons Convention; what
    lies above is a state's own (3A991, 9A610, PL9009). The common military list is that of the Wassenaar Arrangement.
-#}
{% macro rating_regime(rating) -%}
    case
        when {{ rating }} like 'ML%' then 'WASSENAAR'
        when {{ rating }} like 'PL%' then 'NATIONAL'
        when {{ regexp_found(rating, "^0[A-E]0") }} then 'NSG'
        when {{ regexp_found(rating, "^[0-9][A-E]0") }} then 'WASSENAAR'
        when {{ regexp_found(rating, "^[0-9][A-E]1") }} then 'MTCR'
        when {{ regexp_found(rating, "^[0-9][A-E]2") }} then 'NSG'
        when {{ regexp_found(rating, "^[0-9][A-E]3") }} then 'AG'
        when {{ regexp_found(rating, "^[0-9][A-E]4") }} then 'CWC'
        when {{ regexp_found(rating, "^[0-9][A-E]") }} then 'NATIONAL'
    end
{%- endmacro %}


{#-
    Whether a code was in force on a day, of which a row of a list says `valid_from` and `valid_to` (first and last day; null is open). Of
    a record without a day the code must be in force still.
-#}
{% macro in_force_on(row, day) -%}
    ({{ row }}.valid_from is null or {{ row }}.valid_from <= coalesce({{ day }}, date '9999-12-31'))
    and ({{ row }}.valid_to is null or {{ row }}.valid_to >= coalesce({{ day }}, date '9999-12-31'))
{%- endmacro %}
