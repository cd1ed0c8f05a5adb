{#-
    A value in euro: the value over the units of its currency for one euro, rounded half up to the cent. Null where either is null
    (an unknown value is not zero). The day of the rate is the caller's: see int_currencies__rates_by_day.
-#}
{% macro value_in_eur(value, units_per_eur) -%}
    cast(round(cast({{ value }} as double) / cast({{ units_per_eur }} as double), 2) as decimal(18, 2))
{%- endmacro %}


{#-
    A quantity in the base unit of its unit's dimension, exactly: `factor` is that of code_lists/units.csv. Only quantities of one base unit
    may be compared.
-#}
{% macro in_base_units(quantity, factor) -%}
    (cast({{ quantity }} as decimal(20, 3)) * cast({{ factor }} as decimal(18, 9)))
{%- endmacro %}


{#- A part of a whole as a fraction with three places, rounded half up in whole numbers (so that 12.35 % never hangs on a float); null for a whole of 0. -#}
{% macro share(part, whole) -%}
    {%- set thousandths = whole_quotient("2000 * cast(" ~ part ~ " as bigint) + cast(" ~ whole ~ " as bigint)", "2 * cast(" ~ whole ~ " as bigint)") -%}
    case when ({{ whole }}) > 0 then cast(cast({{ thousandths }} as decimal(9, 0)) * cast(0.001 as decimal(4, 3)) as decimal(9, 3)) end
{%- endmacro %}


{#- The same for amounts of money with two places. -#}
{% macro share_of_money(part, whole) -%}
    {{ share("100 * (" ~ part ~ ")", "100 * (" ~ whole ~ ")") }}
{%- endmacro %}


{#- Change against an earlier figure as a fraction of it, three places, half away from zero; null where the earlier one is null or 0. -#}
{% macro relative_change(current, earlier) -%}
    case
        when ({{ earlier }}) > 0
            then cast(round((cast({{ current }} as double) - cast({{ earlier }} as double)) / cast({{ earlier }} as double), 3) as decimal(12, 3))
    end
{%- endmacro %}


{#- The change of a headline figure: of a share the difference in points (as a fraction), of anything else the relative change. -#}
{% macro change_of(unit, current, earlier) -%}
    case
        when {{ unit }} = 'share' then cast({{ current }} - {{ earlier }} as decimal(12, 3))
        else {{ relative_change(current, earlier) }}
    end
{%- endmacro %}
