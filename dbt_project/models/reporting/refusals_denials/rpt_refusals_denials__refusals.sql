-- Not printed: the refusals that first outcomes are, with the criteria they cite. Decisions on appeal are no first outcomes. Sub-criteria
-- are rolled up, so that a refusal cites a criterion once. Partners that never cite a criterion do not publish them.
with criteria as (

    select distinct partner, decision_ref, criterion
    from {{ ref('fct_refusal_criteria') }}

),

cited as (

    select
        partner,
        decision_ref,
        {% for criterion in criteria_codes() -%}
        max(case when criterion = '{{ criterion }}' then 1 else 0 end) as criterion_{{ criterion }},
        {% endfor -%}
        count(*) as criteria
    from criteria
    group by partner, decision_ref

)

select
    decisions.partner,
    decisions.feed,
    decisions.record_ref,
    decisions.decision_ref,
    decisions.application_ref,
    decisions.licence_type as licence_type_code,
    decisions.decided_on,
    year(decisions.decided_on) as year_number,
    {% for criterion in criteria_codes() -%}
    cast(coalesce(cited.criterion_{{ criterion }}, 0) as integer) as criterion_{{ criterion }},
    {% endfor -%}
    cast(coalesce(cited.criteria, 0) as integer) as criteria,
    decisions.partner in (select partner from criteria) as has_criteria
from {{ ref('fct_decisions') }} as decisions
left join cited on decisions.partner = cited.partner and decisions.decision_ref = cited.decision_ref
where decisions.outcome = 'refused' and {{ is_first_outcome('decisions') }}
order by decisions.partner, decisions.decision_ref, decisions.record_ref
