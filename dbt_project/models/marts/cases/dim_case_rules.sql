with cases as (

    select
        rule,
        count(*) as cases,
        sum(case when status in ('open', 'under_review') then 1 else 0 end) as open_cases,
        sum(case when has_contradiction then 1 else 0 end) as contradicted_cases,
        sum(case when is_acted_upon then 1 else 0 end) as acted_upon_cases,
        sum(case when status = 'concluded' then 1 else 0 end) as concluded_cases,
        sum(case when status = 'no_further_action' then 1 else 0 end) as dismissed_cases,
        sum(case when is_acted_upon or status = 'concluded' then 1 else 0 end) as yielding_cases
    from {{ ref('fct_cases') }}
    group by rule

)

select
    rules.rule,
    rules.title,
    rules.explanation,
    rules.is_active,
    rules.window_days,
    rules.tolerance_percent,
    rules.focus_agencies,
    rules.other_agencies,
    rules.links,
    rules.yield_kinds,
    cast(coalesce(cases.cases, 0) as integer) as cases,
    cast(coalesce(cases.open_cases, 0) as integer) as open_cases,
    cast(coalesce(cases.contradicted_cases, 0) as integer) as contradicted_cases,
    cast(coalesce(cases.acted_upon_cases, 0) as integer) as acted_upon_cases,
    cast(coalesce(cases.concluded_cases, 0) as integer) as concluded_cases,
    cast(coalesce(cases.dismissed_cases, 0) as integer) as dismissed_cases,
    {{ share('coalesce(cases.yielding_cases, 0)', 'coalesce(cases.cases, 0)') }} as yield_share
from {{ ref('int_cases__rules') }} as rules
left join cases on rules.rule = cases.rule
