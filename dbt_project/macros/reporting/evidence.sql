{#-
    The head of a row of evidence: of which fact it is, and on which day it counts. What follows are the keys of printed tables and one
    column a measure with what this row adds to it (docs/trace.md). `alias` is the alias of the fact.
-#}
{% macro evidence_row(alias, fact, counts_on) -%}
    {{ counts_on }} as counts_on,
    '{{ fact }}' as relation,
    {{ alias }}.partner,
    {{ alias }}.feed,
    {{ alias }}.record_ref,
    {{ alias }}.submission_id,
    {{ alias }}.source_row_number,
    {{ alias }}.marking
{%- endmacro %}

{#- What a row adds to a count: 1 where the condition holds, else 0. -#}
{% macro counted_if(condition) -%}
    cast(case when {{ condition }} then 1 else 0 end as integer)
{%- endmacro %}

{#- Whether goods of this rating are of the dual-use list or of the military list. -#}
{% macro goods_are(kind, rating) -%}
    {{ return({'dual_use': regexp_found(rating, '^[0-9]'), 'military': rating ~ " like 'ML%'"}[kind]) }}
{%- endmacro %}

{#- The criteria that each refusal cites, a column each with 1 or 0, and how many: the CTE `cited` of evidence about refusals. -#}
{% macro criteria_cited() -%}
    cited as (

        select
            partner,
            decision_ref,
            {%- for code in criteria_codes() %}
            max(case when criterion = '{{ code }}' then 1 else 0 end) as criterion_{{ code }},
            {%- endfor %}
            count(distinct criterion) as criteria
        from {{ ref('fct_refusal_criteria') }}
        group by partner, decision_ref

    )
{%- endmacro %}

{#- Evidence of refusals of one kind of goods by destination: a refusal stands once for each destination of such goods in it. -#}
{% macro refusals_of_goods(kind) -%}
    with {{ criteria_cited() }},

    concerned as (

        select distinct partner, application_ref, destination_code
        from {{ ref('fct_licence_lines') }}
        where {{ goods_are(kind, 'rating') }}

    )

    select
        {{ evidence_row('decisions', 'fct_decisions', 'decisions.decided_on') }},
        concerned.destination_code,
        cast(1 as integer) as refusals,
        {%- for column in criteria_columns() %}
        cast(coalesce(cited.{{ column }}, 0) as integer) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('fct_decisions') }} as decisions
    inner join concerned
        on decisions.partner = concerned.partner and decisions.application_ref = concerned.application_ref
    left join cited on decisions.partner = cited.partner and decisions.decision_ref = cited.decision_ref
    where decisions.outcome = 'refused' and decisions.counts_as = 'first_outcome' and decisions.decided_on is not null
{%- endmacro %}

{#-
    The CTE `lines`: goods lines under entries of cyber-surveillance items, each with the entry that it names or is a part of. A release holds
    no code list, and a second list is what the first is compared with (code_lists.cyber_surveillance_entries): a change of one alone stops the
    edition.
-#}
{% macro cyber_lines_with_entry() -%}
    entries as (

        {% for entry in ['4A005', '4D004', '4E001.a', '4E001.c', '5A001.f', '5A001.j', '5A004.a', '5A004.b', '5D001.e', '5D002.a.3.b', '5D002.c.3.b'] -%}
        select '{{ entry }}' as entry
        {{ 'union all' if not loop.last }}
        {% endfor %}

    ),

    lines as (

        select lines.*, entries.entry
        from {{ ref('fct_licence_lines') }} as lines
        inner join entries on lines.rating = entries.entry or lines.rating like entries.entry || '.%'

    )
{%- endmacro %}
