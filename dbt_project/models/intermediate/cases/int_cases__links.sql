-- One row per case and record in it: the evidence that makes it a case, and the context that belongs to the evidence.
{{ config(materialized='table') }}
with linked as (

    select
        case_id,
        rule,
        partner,
        feed,
        record_ref,
        is_focus,
        true as is_evidence
    from {{ ref('int_cases__evidence') }}
    {% for agency in ['licensing', 'customs'] %}
    union all

    select
        case_id,
        rule,
        partner,
        feed,
        record_ref,
        false as is_focus,
        false as is_evidence
    from {{ ref('int_cases__' ~ agency ~ '_context') }}
    {% endfor %}

)

select
    case_id,
    rule,
    partner,
    feed,
    record_ref,
    max(case when is_focus then 1 else 0 end) = 1 as is_focus,
    max(case when is_evidence then 1 else 0 end) = 1 as is_evidence
from linked
group by case_id, rule, partner, feed, record_ref
