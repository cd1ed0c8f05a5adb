-- One row per case and record that shows that somebody acted on it: no earlier than the day on which it became a case, and of a kind that
-- the rule declares as its yield. The record on which a case stands is no outcome of it,
-- unless it is the overdue check that was made after all.
with opened as (

    select
        case_id,
        min(opened_on) as opened_on
    from {{ ref('int_cases__evidence') }}
    group by case_id

),

records as (

    select
        *,
        case
            when role = 'refused' and rule = 'licence_shopping' then 'refusal_elsewhere'
            when role = 'refused' then 'refusal'
            when role = 'revoked' then 'revocation'
            when role = 'penalty' then 'enforcement_case'
            else role
        end as kind
    from {{ ref('int_cases__records') }}
    where not is_focus or role = 'end_use_check'

)

select
    records.case_id,
    records.rule,
    records.kind,
    records.partner,
    records.feed,
    records.record_ref,
    records.happened_on
from records
inner join opened on records.case_id = opened.case_id
inner join {{ ref('int_cases__rules') }} as rules on records.rule = rules.rule
where
    records.happened_on >= opened.opened_on
    and {{ is_one_of('records.kind', 'rules.yield_kinds') }}
