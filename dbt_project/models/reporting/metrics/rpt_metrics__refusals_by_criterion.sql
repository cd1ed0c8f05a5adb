-- M4 in both forms. A refusal that cites k criteria counts once under each in `refusals`, and 1/k in `refusals_divided`, which therefore adds
-- up to the refusals. 840 is divisible by every number up to 8, so that the parts are added as whole numbers.
with publishers as (

    select distinct partner from {{ ref('fct_refusal_criteria') }}

),

cited as (

    select distinct partner, decision_ref, criterion from {{ ref('fct_refusal_criteria') }}

),

citations as (

    select partner, decision_ref, count(*) as criteria
    from cited
    group by partner, decision_ref

),

facts as (

    select
        decisions.partner,
        decisions.decided_on,
        decisions.decision_ref,
        coalesce(cited.criterion, 'none') as criterion_code,
        {{ whole_quotient('840', 'coalesce(citations.criteria, 1)') }} as parts
    from {{ ref('fct_decisions') }} as decisions
    inner join publishers on decisions.partner = publishers.partner
    left join cited on decisions.partner = cited.partner and decisions.decision_ref = cited.decision_ref
    left join citations on decisions.partner = citations.partner and decisions.decision_ref = citations.decision_ref
    where decisions.counts_as = 'first_outcome' and decisions.outcome = 'refused' and decisions.decided_on is not null

),

summed as (

    select
        kinds.period_kind,
        {{ period_of('facts.decided_on') }} as period,
        facts.partner,
        coalesce(facts.criterion_code, 'total') as criterion_code,
        grouping(facts.criterion_code) = 1 as is_total,
        count(*) as citations,
        count(distinct facts.decision_ref) as refusals,
        sum(facts.parts) as parts
    from facts
    cross join {{ period_kinds() }}
    group by {{ parts_and_total('facts.decided_on', 'facts.partner', 'facts.criterion_code') }}

),

reported as (

    select
        *,
        max(case when is_total then refusals end) over (partition by partner, period) as all_refusals
    from summed

)

select
    reported.period,
    reported.period_kind,
    reported.partner,
    reported.criterion_code,
    case
        when reported.is_total then 'All citations'
        when reported.criterion_code = 'none' then 'No criterion stated'
        when reported.criterion_code = 'other' then 'Other ground'
        else criteria.name
    end as criterion,
    cast(reported.citations as bigint) as refusals,
    case when not reported.is_total then {{ share('reported.citations', 'reported.all_refusals') }} end as share_of_refusals,
    cast(round(cast(reported.parts as double) / 840, 3) as decimal(9, 3)) as refusals_divided,
    {{ share('reported.parts', '840 * reported.all_refusals') }} as divided_share,
    cast(reported.all_refusals as bigint) as all_refusals,
    reported.is_total,
    {{ printed_order('reported.criterion_code') }} as sort_order
from reported
left join {{ ref('refusal_criteria') }} as criteria on reported.criterion_code = criteria.code
order by reported.period, reported.partner, sort_order
