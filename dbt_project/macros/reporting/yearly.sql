{#-
    What reports that appear once a year have in common. A model first makes `cells`: one row per partner, year_number and keys, with its
    measures. These macros make the printed rows of them.
-#}

{#-
    The rows of `cells` for each year in which the report has something to say, with a total (and the codes `total` in its keys), and the
    measures named in `compared` once more for the year before as <measure>_previous_year: null where the partner delivered nothing for it.
    Counts are whole numbers, amounts are money. Keys may be none: then there is one row a year, the total.
-#}
{% macro over_years(report, keys=[], counts=[], amounts=[], compared=[]) -%}
    select
        periods.period,
        periods.partner,
        periods.period_number,
        periods.has_previous,
        {%- for key in keys %}
        case when summed.is_total then 'total' else summed.{{ key }} end as {{ key }},
        {%- endfor %}
        {%- for measure in counts %}
        cast(summed.{{ measure }} as bigint) as {{ measure }},
        {%- endfor %}
        {%- for measure in amounts %}
        {{ money('summed.' ~ measure) }} as {{ measure }},
        {%- endfor %}
        {%- for measure in compared %}
        case when periods.has_previous then cast(summed.{{ measure }}_before as {{ 'decimal(18, 2)' if measure in amounts else 'bigint' }}) end
            as {{ measure }}_previous_year,
        {%- endfor %}
        summed.is_total
    from (
        select
            cells.partner,
            cells.year_number + shifts.shift as year_number,
            {%- for key in keys %}
            cells.{{ key }},
            {%- endfor %}
            {%- for measure in counts + amounts %}
            {{ shifted('cells.' ~ measure) }} as {{ measure }},
            {%- endfor %}
            {%- for measure in compared %}
            {{ shifted('cells.' ~ measure, 1) }} as {{ measure }}_before,
            {%- endfor %}
            {{ 'grouping(cells.' ~ keys[0] ~ ') = 1' if keys else 'true' }} as is_total
        from cells
        cross join {{ shifts('year') }}
        group by
        {%- if keys %} grouping sets (
            (cells.partner, cells.year_number + shifts.shift, cells.{{ keys | join(', cells.') }}),
            (cells.partner, cells.year_number + shifts.shift)
        )
        {%- else %} cells.partner, cells.year_number + shifts.shift
        {%- endif %}
    ) as summed
    inner join {{ ref('rpt_catalogue__available_periods') }} as periods
        on
            periods.report = '{{ report }}'
            and summed.partner = periods.partner
            and summed.year_number = periods.period_number
{%- endmacro %}


{#- The figure of the total row, beside every row of the same period and partner. -#}
{% macro of_total(measure) -%}
    max(case when reported.is_total then reported.{{ measure }} end) over (partition by reported.partner, reported.period)
{%- endmacro %}


{#- The change of a measure on the year before, as a fraction. -#}
{% macro change_on_year(measure) -%}
    {{ relative_change('reported.' ~ measure, 'reported.' ~ measure ~ '_previous_year') }}
{%- endmacro %}


{#- Whether a decision is the first outcome of an application: revocations and decisions on appeal stand beside these. -#}
{% macro is_first_outcome(decisions='') -%}
    {%- set at = decisions ~ '.' if decisions else '' -%}
    {{ at }}counts_as = 'first_outcome' and {{ at }}decided_on is not null
{%- endmacro %}


{#- How many of the rows have this outcome. -#}
{% macro count_of(outcome, decisions='') -%}
    sum(case when {{ decisions ~ '.' if decisions else '' }}outcome = '{{ outcome }}' then 1 else 0 end)
{%- endmacro %}


{#- Licences without a limit of quantity or value: they state no value, and what is known of them is their use. -#}
{% macro is_open_licence(licence_type) -%}
    {{ licence_type }} in ('OPEN_INDIVIDUAL', 'UNION_GENERAL', 'NATIONAL_GENERAL')
{%- endmacro %}


{#-
    The key figures of a yearly report from `figures` (one row per period and partner, a column for each measure): one row each, beside the
    same figure of the year before. `measures` are triples of column, words and unit. What is null has no row, unless what is missing is to be
    said.
-#}
{% macro key_figures_by_year(measures, say_missing=false) -%}
    with measured as (
        {{ measures_as_rows(measures) }}
    )

    select
        measured.period,
        measured.partner,
        measured.measure,
        measured.label,
        measured.unit,
        measured.value,
        earlier.value as previous_year,
        {{ change_of('measured.unit', 'measured.value', 'earlier.value') }} as change_on_year,
        measured.sort_order
    from measured
    left join measured as earlier
        on
            measured.partner = earlier.partner
            and measured.measure = earlier.measure
            and measured.period_number = earlier.period_number + 1
    {{ 'where measured.value is not null' if not say_missing }}
{%- endmacro %}


{#- The outcomes of `decisions`, of which `is_first` tells whether one is a first outcome: each in a column, all of them as processed. -#}
{% macro outcome_counts() -%}
    {%- for outcome in ['granted', 'refused', 'nlr', 'withdrawn', 'stopped'] %}
        sum(case when is_first and outcome = '{{ outcome }}' then 1 else 0 end) as {{ outcome }},
    {%- endfor %}
        sum(case when is_first then 1 else 0 end) as processed,
        sum(case when outcome = 'revoked' then 1 else 0 end) as revoked
{%- endmacro %}


{#- The criteria on which a licence may be refused, sub-criteria rolled up, and `other` for grounds outside the list. -#}
{% macro criteria_codes() -%}
    {{ return(['1', '2', '3', '4', '5', '6', '7', '8', 'other']) }}
{%- endmacro %}


{#- Columns that count refusals or denials by the criterion they cite. -#}
{% macro criteria_columns() -%}
    {%- set columns = [] -%}
    {%- for code in criteria_codes() -%}
        {%- do columns.append('criterion_' ~ code) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}
