-- A value is never converted at a rate fixed after its day.
select record_ref, declared_on as on_day, rate_on from {{ ref('fct_declarations') }} where rate_on > declared_on
union all
select record_ref, seized_on as on_day, rate_on from {{ ref('fct_seizures') }} where rate_on > seized_on
union all
select record_ref, imposed_on as on_day, rate_on from {{ ref('fct_penalties') }} where rate_on > imposed_on
union all
select record_ref, opened_on as on_day, rate_on from {{ ref('fct_enforcement_cases') }} where rate_on > opened_on
union all
select record_ref, used_on as on_day, rate_on from {{ ref('fct_licence_usages') }} where rate_on > used_on
