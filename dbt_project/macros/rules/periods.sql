{#- Quarters and half-years are counted through (year x 4 + quarter - 1), so that "the one before" is minus one across New Year. -#}
{% macro quarter_number(day) -%}
    (year({{ day }}) * 4 + quarter({{ day }}) - 1)
{%- endmacro %}

{% macro half_number(day) -%}
    (year({{ day }}) * 2 + case when month({{ day }}) > 6 then 1 else 0 end)
{%- endmacro %}

{#- '2014-Q4' -#}
{% macro quarter_name(number) -%}
    cast({{ whole_quotient(number, 4) }} as string) || '-Q' || cast(({{ number }}) % 4 + 1 as string)
{%- endmacro %}

{#- '2025-H1' -#}
{% macro half_name(number) -%}
    cast({{ whole_quotient(number, 2) }} as string) || '-H' || cast(({{ number }}) % 2 + 1 as string)
{%- endmacro %}

{% macro quarter_start(number) -%}
    make_date(cast({{ whole_quotient(number, 4) }} as integer), cast((({{ number }}) % 4) * 3 + 1 as integer), 1)
{%- endmacro %}

{% macro half_start(number) -%}
    make_date(cast({{ whole_quotient(number, 2) }} as integer), cast((({{ number }}) % 2) * 6 + 1 as integer), 1)
{%- endmacro %}

{#- The last day of a period in its written form: '2021', '2021-H1', '2021-Q1', '2021-03', '2021-03-12'; null for any other text. -#}
{% macro period_last_day(period) -%}
    {%- set year_part = "cast(substr(" ~ period ~ ", 1, 4) as integer)" -%}
    {%- set last_part = "cast(substr(" ~ period ~ ", 7, 1) as integer)" -%}
    case
        when {{ regexp_found(period, "^[0-9]{4}$") }} then make_date({{ year_part }}, 12, 31)
        when {{ regexp_found(period, "^[0-9]{4}-H[12]$") }} then last_day(make_date({{ year_part }}, {{ last_part }} * 6, 1))
        when {{ regexp_found(period, "^[0-9]{4}-Q[1-4]$") }} then last_day(make_date({{ year_part }}, {{ last_part }} * 3, 1))
        when {{ regexp_found(period, "^[0-9]{4}-[0-9]{2}$") }} then last_day(make_date({{ year_part }}, cast(substr({{ period }}, 6, 2) as integer), 1))
        when {{ regexp_found(period, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$") }} then cast({{ period }} as date)
    end
{%- endmacro %}
