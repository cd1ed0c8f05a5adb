{#-
    How reporting tables carry "a period before" and "a year before" so that these columns add up like the current one: every cell of the
    facts is laid under three periods, its own (shift 0), the next (1) and the one a year on (4 quarters or 2 half-years; for years the next is
    the one a year on), and summed there. A row therefore appears when it is not nought in any of the three.

    Use: `from cells cross join {{ shifts('quarter') }}`, group by `cells.period_number + shifts.shift`, and take the measures with shifted().
-#}
{% macro shifts(period_kind) -%}
    {%- set distances = {'quarter': [0, 1, 4], 'half_year': [0, 1, 2], 'year': [0, 1]}[period_kind] -%}
    (
        {%- for distance in distances %}
        select {{ distance }} as shift
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    ) as shifts
{%- endmacro %}

{% macro shifted(measure, shift=0) -%}
    sum(case when shifts.shift = {{ shift }} then {{ measure }} else 0 end)
{%- endmacro %}

{#- The earlier figure, null where the partner delivered nothing for the earlier period: absence is not zero. -#}
{% macro if_delivered(measure, flag) -%}
    case when {{ flag }} then {{ measure }} end
{%- endmacro %}

{#- The order of printing: parts as given, the total last. -#}
{% macro printed_order(order_by) -%}
    cast(row_number() over (partition by reported.partner, reported.period order by reported.is_total, {{ order_by }}) as integer)
{%- endmacro %}

{#- An amount of money back in the type of the marts after summing. -#}
{% macro money(expression) -%}
    cast({{ expression }} as decimal(18, 2))
{%- endmacro %}

{#- Whether a partner publishes an outcome at all; `partners` is dim_partners. -#}
{% macro publishes(outcome) -%}
    '|' || partners.outcomes || '|' like '%|{{ outcome }}|%'
{%- endmacro %}

{#- A count of an outcome, null where the partner does not publish that outcome at all: not published is not nought. -#}
{% macro if_published(measure, outcome) -%}
    case when {{ publishes(outcome) }} then {{ measure }} end
{%- endmacro %}

{#- A count of outcomes that are neither a grant nor a refusal, null where the partner publishes none of them. -#}
{% macro if_other_outcomes_published(measure) -%}
    case when {{ publishes('nlr') }} or {{ publishes('withdrawn') }} or {{ publishes('stopped') }} then {{ measure }} end
{%- endmacro %}


{#- The measures of `figures` as rows: `measures` are triples of column, words and unit. -#}
{% macro measures_as_rows(measures) -%}
    {% for measure, label, unit in measures %}
    select
        period,
        period_number,
        partner,
        '{{ measure }}' as measure,
        '{{ label }}' as label,
        '{{ unit }}' as unit,
        cast({{ measure }} as decimal(18, 3)) as value,
        {{ loop.index }} as sort_order
    from figures
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{%- endmacro %}


{#-
    The CTEs `applications`, `clocked` and `summed` of tables on the time to a first outcome: how many were decided in each period, and in how
    many working days, by licence type and in total. `period_number` is an expression of the day of the first outcome.
-#}
{% macro times_to_first_outcome(period_number) -%}
    applications as (

        select
            partner,
            {{ period_number }} as period_number,
            licence_type as licence_type_code,
            working_days_to_first_outcome as days
        from {{ ref('fct_applications') }}
        where first_outcome_on is not null and superseded_by_ref is null

    ),

    -- Partners that publish no day of submission have no clock at all: they have no rows here.
    clocked as (

        select distinct partner from applications where days is not null

    ),

    summed as (

        select
            applications.partner,
            applications.period_number,
            coalesce(applications.licence_type_code, 'total') as licence_type_code,
            grouping(applications.licence_type_code) = 1 as is_total,
            count(*) as decided,
            count(applications.days) as with_known_clock,
            {{ quantile_that_occurs('applications.days', 0.25) }} as p25_days,
            {{ quantile_that_occurs('applications.days', 0.5) }} as median_days,
            {{ quantile_that_occurs('applications.days', 0.75) }} as p75_days,
            sum(case when applications.days <= 20 then 1 else 0 end) as within_20,
            sum(case when applications.days <= 60 then 1 else 0 end) as within_60
        from applications
        inner join clocked on applications.partner = clocked.partner
        group by grouping sets (
            (applications.partner, applications.period_number, applications.licence_type_code),
            (applications.partner, applications.period_number)
        )

    )
{%- endmacro %}
