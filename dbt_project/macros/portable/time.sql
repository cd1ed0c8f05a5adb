{#- A UTC timestamp as the wall clock of a time zone (an IANA name, given as an expression). -#}
{% macro local_time(timestamp_utc, zone) -%}
    {{ return(adapter.dispatch('local_time', 'entrepot')(timestamp_utc, zone)) }}
{%- endmacro %}

{% macro default__local_time(timestamp_utc, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ timestamp_utc }}))
{%- endmacro %}

{% macro spark__local_time(timestamp_utc, zone) -%}
    from_utc_timestamp({{ timestamp_utc }}, {{ zone }})
{%- endmacro %}


{#- One row per day from the first to the last, both included; goes in a select list. -#}
{% macro days_between(first_day, last_day) -%}
    {{ return(adapter.dispatch('days_between', 'entrepot')(first_day, last_day)) }}
{%- endmacro %}

{% macro default__days_between(first_day, last_day) -%}
    unnest(generate_series({{ first_day }}, {{ last_day }}, interval 1 day))
{%- endmacro %}

{% macro spark__days_between(first_day, last_day) -%}
    explode(sequence({{ first_day }}, {{ last_day }}, interval 1 day))
{%- endmacro %}


{#- The day before, the day after, ...: a date moved by whole days. -#}
{% macro day_plus(day, number) -%}
    cast({{ day }} + interval '{{ number }}' day as date)
{%- endmacro %}


{#- Monday 1 to Sunday 7. -#}
{% macro iso_weekday(day) -%}
    {{ return(adapter.dispatch('iso_weekday', 'entrepot')(day)) }}
{%- endmacro %}

{% macro default__iso_weekday(day) -%}
    isodow({{ day }})
{%- endmacro %}

{% macro spark__iso_weekday(day) -%}
    (weekday({{ day }}) + 1)
{%- endmacro %}


{#- Days from one date to a later one; negative where the second is the earlier. -#}
{% macro days_from(first_day, last_day) -%}
    {{ return(adapter.dispatch('days_from', 'entrepot')(first_day, last_day)) }}
{%- endmacro %}

{% macro default__days_from(first_day, last_day) -%}
    date_diff('day', {{ first_day }}, {{ last_day }})
{%- endmacro %}

{% macro spark__days_from(first_day, last_day) -%}
    datediff({{ last_day }}, {{ first_day }})
{%- endmacro %}
