{#-
    The CTE `spans` of tables over time: for each period of a report and each partner the nine periods up to and including it (`shown`), as far
    as the catalogue has them, with the place of each in the table. `kind` chooses among the kinds of period of a report that has several.
-#}
{% macro nine_periods(report, kind='') -%}
    periods as (

        select * from {{ ref('rpt_catalogue__available_periods') }}
        where report = '{{ report }}'{{ " and period_kind = '" ~ kind ~ "'" if kind }}

    ),

    spans as (

        select
            periods.period,
            periods.partner,
            earlier.period as shown,
            cast(earlier.period_number - periods.period_number + 9 as integer) as sort_order
        from periods
        inner join periods as earlier
            on
                periods.partner = earlier.partner
                and earlier.period_number between periods.period_number - 8 and periods.period_number

    )
{%- endmacro %}
