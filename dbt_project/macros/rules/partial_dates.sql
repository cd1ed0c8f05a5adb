{#-
    Dates of birth as lists write them, in the Extended Date/Time Format (ISO 8601-2): '1954-10-07', '1961-10', '1961', approximate ones
    with a tilde ('1961~'), ranges with a solidus ('1968/1973'). What cannot be read is kept as it was given.
-#}

{#- '07 Oct 1954', 'Oct 1961', '1961', each with or without 'circa ' before it. -#}
{% macro partial_date_from_words(text) -%}
    {%- set bare = "trim(replace(" ~ text ~ ", 'circa ', ''))" -%}
    {%- set month = regexp_part(bare, "[A-Z][a-z][a-z]") -%}
    {%- set month_number = "lpad(cast(cast((position(" ~ month ~ " in 'JanFebMarAprMayJunJulAugSepOctNovDec') + 2) / 3 as integer) as " ~ "string" ~ "), 2, '0')" -%}
    case
        when {{ regexp_found(bare, "^[0-9]{2} [A-Z][a-z]{2} [0-9]{4}$") }} then substr({{ bare }}, 8, 4) || '-' || {{ month_number }} || '-' || substr({{ bare }}, 1, 2)
        when {{ regexp_found(bare, "^[A-Z][a-z]{2} [0-9]{4}$") }} then substr({{ bare }}, 5, 4) || '-' || {{ month_number }}
        else {{ bare }}
    end
    || case when {{ text }} like 'circa %' then '~' else '' end
{%- endmacro %}

{#- As the US list writes them: one date, or two joined by ' to '. -#}
{% macro birth_date_from_words(text) -%}
    case
        when position(' to ' in {{ text }}) > 0
            then {{ partial_date_from_words("split_part(" ~ text ~ ", ' to ', 1)") }} || '/' || {{ partial_date_from_words("split_part(" ~ text ~ ", ' to ', 2)") }}
        else {{ partial_date_from_words(text) }}
    end
{%- endmacro %}

{#- '00/00/1980', '00/04/1980', '17/04/1980': day, month, year, zeros for what is unknown. -#}
{% macro partial_date_from_slashes(text) -%}
    case
        when {{ text }} like '00/00/%' then substr({{ text }}, 7, 4)
        when {{ text }} like '00/%' then substr({{ text }}, 7, 4) || '-' || substr({{ text }}, 4, 2)
        else substr({{ text }}, 7, 4) || '-' || substr({{ text }}, 4, 2) || '-' || substr({{ text }}, 1, 2)
    end
{%- endmacro %}

{#- From the parts that a list gives: a whole day, a year with or without a month, or the first and last year of a range ('..' where open). -#}
{% macro partial_date_from_parts(day, year, month, first_year, last_year) -%}
    coalesce(
        {{ day }},
        {{ year }} || '-' || {{ month }},
        {{ year }},
        case
            when {{ first_year }} is not null or {{ last_year }} is not null
                then coalesce({{ first_year }}, '..') || '/' || coalesce({{ last_year }}, '..')
        end
    )
{%- endmacro %}
