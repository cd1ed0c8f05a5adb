{#-
    Parts that the case rules share. A rule gives one row per pair of a focus record and a record of another agency that together make a
    case; int_cases__evidence gathers them, and the contexts of licensing and customs add what belongs to these records.
-#}

{#- Whether an agency is one of those named in a column of case_rules ('a|b'); an empty column names nobody. -#}
{% macro is_one_of(agency, named) -%}
    position('|' || {{ agency }} || '|' in '|' || {{ named }} || '|') > 0
{%- endmacro %}


{#- Whether two ratings are of essentially identical goods: the same entry, or one entry that contains the other ('3A001' and '3A001.a.2'). -#}
{% macro same_goods(one, other) -%}
    ({{ one }} = {{ other }} or {{ one }} like {{ other }} || '.%' or {{ other }} like {{ one }} || '.%')
{%- endmacro %}


{#- Whether a day lies after another, at most so many days. -#}
{% macro within_days_after(day, earlier, days) -%}
    ({{ day }} > {{ earlier }} and {{ days_from(earlier, day) }} <= {{ days }})
{%- endmacro %}


{#- The id of a case: its rule and the record on which it stands, so that it stays when records join or leave. -#}
{% macro case_id(rule, partner, feed, record_ref) -%}
    'C' || substr({{ text_hash(joined_parts('|', [rule, partner, feed, record_ref])) }}, 1, 15)
{%- endmacro %}


{#-
    A query for the records of one relation that belong to cases: in which role, what each says in one sentence, when it happened, and
    what contradictions are read from. All but the relation and the role are expressions over the alias `records`.
-#}
{% macro case_records(relation, role, says, happened_on, outcome='null', rating='null', destination_code='null') -%}
    select
        links.case_id,
        links.rule,
        links.is_focus,
        links.is_evidence,
        records.partner,
        records.feed,
        records.record_ref,
        records.submission_id,
        records.source_row_number,
        records.marking,
        {{ role }} as role,
        {{ says }} as says,
        cast({{ happened_on }} as date) as happened_on,
        cast({{ outcome }} as string) as outcome,
        cast({{ rating }} as string) as rating,
        cast(nullif({{ destination_code }}, 'XX') as string) as destination_code
    from {{ ref('int_cases__links') }} as links
    inner join {{ relation }} as records on {{ same_record('links', 'records') }}
{%- endmacro %}


{#- A quantity with its unit, in words; '' where there is none. -#}
{% macro in_words(amount, unit, before='') -%}
    coalesce('{{ before }}' || cast({{ amount }} as string) || ' ' || coalesce({{ unit }}, ''), '')
{%- endmacro %}


{#- A query for the evidence of cases that stands in one relation: the case, its rule, and columns of the record (alias `records`). -#}
{% macro evidence_in(relation, columns) -%}
    select
        evidence.case_id,
        evidence.rule,
        {{ columns | join(',\n        ') }}
    from {{ ref('int_cases__evidence') }} as evidence
    inner join {{ relation }} as records on {{ same_record('evidence', 'records') }}
{%- endmacro %}


{#- A query for the records of one relation that belong to something of a case (alias `owner`; `found` says which): the case and the key. -#}
{% macro records_of(owner, relation, found) -%}
    select
        owner.case_id,
        owner.rule,
        records.partner,
        records.feed,
        records.record_ref
    from {{ owner }} as owner
    inner join {{ relation }} as records on {{ found }}
{%- endmacro %}


{#- Whether the rows of two relations are of one application of one authority. -#}
{% macro same_application(one, other) -%}
    {{ one }}.partner = {{ other }}.partner and {{ one }}.application_ref = {{ other }}.application_ref
{%- endmacro %}


{#-
    A query for the cases that no restricted report may name: one with a record that is secret or for named eyes only (RED), or that may not
    be told to one of the agencies with a record of their own in the case. A marking that cannot be read withholds.
-#}
{% macro withheld_cases() -%}
    select distinct records.case_id
    from {{ ref('bridge_case_records') }} as records
    inner join {{ ref('fct_referrals') }} as told on records.case_id = told.case_id
    where
        coalesce({{ json_text('records.marking', 'level') }}, 'secret') = 'secret'
        or coalesce({{ json_text('records.marking', 'tlp') }}, 'RED') = 'RED'
        or (
            records.partner <> told.agency
            and (
                position(
                    '"' || told.agency || '"'
                    in coalesce({{ json_text('records.marking', 'release_to') }}, '"' || told.agency || '"')
                ) = 0
                or position('"' || told.agency || '"' in coalesce({{ json_text('records.marking', 'exclude') }}, '')) > 0
            )
        )
{%- endmacro %}
