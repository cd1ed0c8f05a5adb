-- The refusals of the year, one by one. Goods are those of the first line; how many lines there are stands beside them.
-- Where a licence was issued on appeal no line is refused any more: then they are the lines of that licence.
with lines as (

    select
        partner,
        application_ref,
        rating,
        goods_description,
        destination_code,
        row_number() over (
            partition by partner, application_ref
            order by case when outcome = 'refused' then 0 else 1 end, line_no, record_ref, destination_code
        ) as line_rank,
        sum(case when outcome = 'refused' then 1 else 0 end) over (partition by partner, application_ref) as refused_lines,
        count(*) over (partition by partner, application_ref) as all_lines
    from {{ ref('fct_licence_lines') }}

),

criteria as (

    select partner, decision_ref, {{ joined_text('criterion_code', ', ', 'criterion_code') }} as criteria
    from (
        select distinct partner, decision_ref, criterion_code
        from {{ ref('fct_refusal_criteria') }}
    ) as cited
    group by partner, decision_ref

),

appealed as (

    select distinct partner, application_ref from {{ ref('fct_decisions') }} where is_on_appeal and outcome = 'granted'

)

select
    cast(refusals.year_number as string) as period,
    refusals.partner,
    refusals.decision_ref,
    refusals.decided_on,
    types.name as licence_type,
    coalesce(lines.rating, 'not coded') as rating,
    coalesce(lines.goods_description, '') as goods,
    coalesce(countries.name, lines.destination_code, 'Unknown or various') as destination,
    coalesce(criteria.criteria, 'none stated') as criteria,
    case when appealed.partner is not null then 'issued on appeal' else 'refused' end as standing,
    coalesce(upper(replace({{ json_text('decisions.marking', 'level') }}, '_', ' ')), '')
    || coalesce(', TLP:' || {{ json_text('decisions.marking', 'tlp') }}, '') as handling,
    cast(coalesce(nullif(lines.refused_lines, 0), lines.all_lines, 0) as bigint) as lines,
    cast(
        row_number() over (
            partition by refusals.partner, refusals.year_number order by refusals.decided_on, refusals.decision_ref
        ) as integer
    ) as sort_order
from {{ ref('rpt_refusals_denials__refusals') }} as refusals
inner join {{ ref('fct_decisions') }} as decisions
    on
        refusals.partner = decisions.partner
        and refusals.decision_ref = decisions.decision_ref
        and refusals.record_ref = decisions.record_ref
        and decisions.outcome = 'refused'
        and not decisions.is_on_appeal
left join lines
    on refusals.partner = lines.partner and refusals.application_ref = lines.application_ref and lines.line_rank = 1
left join criteria on refusals.partner = criteria.partner and refusals.decision_ref = criteria.decision_ref
left join appealed on refusals.partner = appealed.partner and refusals.application_ref = appealed.application_ref
left join {{ ref('licence_types') }} as types on refusals.licence_type_code = types.code
left join {{ ref('dim_countries') }} as countries on lines.destination_code = countries.country_code
order by period, refusals.partner, sort_order
