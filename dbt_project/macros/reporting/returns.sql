{#-
    What the two returns have in common: licences, exports and refusals of one kind of goods.
-#}

{#-
    Cells of returns on licences and exports of one kind of goods: licences, lines and value granted, and what was exported, by the given
    keys. `goods` is a condition on the category of the control list. A licence counts once for each class in which it has a line.
-#}
{% macro licences_and_exports(goods, keys) -%}
    select
        partner,
        year_number,
        {{ keys | join(', ') }},
        count(distinct application_ref) as licences,
        coalesce(sum(value_eur), 0) as value_eur,
        0 as exported_eur
    from {{ ref('rpt_licensing_facts__granted_lines') }}
    where {{ goods }}
    group by partner, year_number, {{ keys | join(', ') }}

    union all

    select
        partner,
        year_number,
        {{ keys | join(', ') }},
        0 as licences,
        0 as value_eur,
        sum(value_eur) as exported_eur
    from {{ ref('rpt_licensing_facts__write_offs') }}
    where {{ goods }} and value_eur is not null
    group by partner, year_number, {{ keys | join(', ') }}
{%- endmacro %}


{#-
    Applications refused at first for one kind of goods, by destination, with the criteria they cite; `goods` is a condition on the category of
    the control list. A refusal for several countries counts once for each of them.
-#}
{% macro refusals_by_destination(report, goods) -%}
    with lines as (

        select partner, application_ref, destination_code, coalesce({{ rating_category('rating') }}, 'none') as category_code
        from {{ ref('fct_licence_lines') }}

    ),

    concerned as (

        select distinct partner, application_ref, destination_code from lines where {{ goods }}

    ),

    cells as (

        select
            refusals.partner,
            refusals.year_number,
            concerned.destination_code,
            {% for column in criteria_columns() -%}
            sum(refusals.{{ column }}) as {{ column }},
            {% endfor -%}
            count(*) as refusals
        from {{ ref('rpt_refusals_denials__refusals') }} as refusals
        inner join concerned on refusals.partner = concerned.partner and refusals.application_ref = concerned.application_ref
        group by refusals.partner, refusals.year_number, concerned.destination_code

    ),

    publishers as (

        select distinct partner from {{ ref('rpt_refusals_denials__refusals') }} where has_criteria

    ),

    reported as (

        {{ over_years(report, ['destination_code'], counts=['refusals'] + criteria_columns(), compared=['refusals']) }}

    )

    select
        reported.period,
        reported.partner,
        reported.destination_code,
        case when reported.is_total then 'All destinations' else coalesce(countries.name, reported.destination_code) end as destination,
        reported.refusals,
        {% for column in criteria_columns() -%}
        {{ if_delivered('reported.' ~ column, 'publishers.partner is not null') }} as {{ column }},
        {% endfor -%}
        reported.refusals_previous_year,
        reported.is_total,
        {{ printed_order('reported.refusals desc, reported.destination_code') }} as sort_order
    from reported
    left join publishers on reported.partner = publishers.partner
    left join {{ ref('dim_countries') }} as countries on reported.destination_code = countries.country_code
    order by reported.period, reported.partner, sort_order
{%- endmacro %}


{#-
    Goods lines under the entries of Annex I that are cyber-surveillance items (code_lists.cyber_surveillance_entries): a line under a part of
    an entry stands under the entry.
-#}
{% macro cyber_surveillance_lines() -%}
    select
        lines.partner,
        lines.application_ref,
        lines.destination_code,
        lines.decided_on,
        lines.outcome,
        entries.code as entry
    from {{ ref('fct_licence_lines') }} as lines
    inner join {{ ref('cyber_surveillance_entries') }} as entries on lines.rating || '.' like entries.code || '.%'
{%- endmacro %}


{#- Partners that deliver applications before they are decided: of others nobody knows how many came in (as in the annual report's backlog). -#}
{% macro partners_that_deliver_open_applications() -%}
    select distinct partner from {{ ref('fct_applications') }} where submitted_on is not null and first_outcome_on is null
{%- endmacro %}


{#-
    The table of a return: what was licensed and exported of one kind of goods in each year, by the given keys, with a total. `named` is the
    column that says what a row is, `label` its words, read from `names` where a join is given; `total` are the words of the total row.
-#}
{% macro licensed_and_exported(report, goods, keys, named, label, total, printed_by, names='') -%}
    with publishers as (

        select distinct partner from {{ ref('rpt_licensing_facts__write_offs') }}

    ),

    cells as (

        {{ licences_and_exports(goods, keys) }}

    ),

    reported as (

        {{ over_years(report, keys, counts=['licences'], amounts=['value_eur', 'exported_eur'], compared=['licences']) }}

    )

    select
        reported.period,
        reported.partner,
        {%- for key in keys %}
        reported.{{ key }},
        {%- endfor %}
        case when reported.is_total then '{{ total }}' else {{ label }} end as {{ named }},
        reported.licences,
        reported.value_eur,
        {{ share_of_money('reported.value_eur', of_total('value_eur')) }} as share_of_value,
        {{ if_delivered('reported.exported_eur', 'publishers.partner is not null') }} as exported_eur,
        reported.licences_previous_year,
        {{ change_on_year('licences') }} as change_on_year,
        reported.is_total,
        {{ printed_order(printed_by) }} as sort_order
    from reported
    left join publishers on reported.partner = publishers.partner
    {{ names }}
    order by reported.period, reported.partner, sort_order
{%- endmacro %}
