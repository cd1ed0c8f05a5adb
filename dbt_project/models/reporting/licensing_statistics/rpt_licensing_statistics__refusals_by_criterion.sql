-- A refusal that cites 2a and 2c counts once under criterion 2; one that cites 2 and 7 counts under both. So the parts add up to the
-- citations (the total row), not to the refusals, and the shares may exceed 100 % together. `none` counts refusals that cite nothing.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'licensing_statistics' and period_kind = 'quarter'

),

-- Partners that never cite a criterion do not publish them: they have no rows here, rather than rows of nought.
publishers as (

    select distinct partner from {{ ref('fct_refusal_criteria') }}

),

refusals as (

    select
        decisions.partner,
        decisions.decision_ref,
        {{ quarter_number('decisions.decided_on') }} as period_number
    from {{ ref('fct_decisions') }} as decisions
    inner join publishers on decisions.partner = publishers.partner
    where decisions.outcome = 'refused' and decisions.counts_as = 'first_outcome' and decisions.decided_on is not null

),

cited as (

    select distinct partner, decision_ref, criterion from {{ ref('fct_refusal_criteria') }}

),

cells as (

    select
        refusals.partner,
        refusals.period_number,
        coalesce(cited.criterion, 'none') as criterion_code,
        count(*) as refusals
    from refusals
    left join cited on refusals.partner = cited.partner and refusals.decision_ref = cited.decision_ref
    group by refusals.partner, refusals.period_number, coalesce(cited.criterion, 'none')

),

compared as (

    select
        cells.partner,
        cells.period_number + shifts.shift as period_number,
        cells.criterion_code,
        grouping(cells.criterion_code) = 1 as is_total,
        {{ shifted('cells.refusals') }} as refusals,
        {{ shifted('cells.refusals', 1) }} as refusals_previous_quarter,
        {{ shifted('cells.refusals', 4) }} as refusals_previous_year
    from cells
    cross join {{ shifts('quarter') }}
    group by grouping sets (
        (cells.partner, cells.period_number + shifts.shift, cells.criterion_code),
        (cells.partner, cells.period_number + shifts.shift)
    )

),

counted as (

    select partner, period_number, count(*) as all_refusals
    from refusals
    group by partner, period_number

),

reported as (

    select
        periods.period,
        compared.*,
        coalesce(counted.all_refusals, 0) as all_refusals,
        periods.has_previous,
        periods.has_previous_year
    from compared
    inner join periods on compared.partner = periods.partner and compared.period_number = periods.period_number
    left join counted on compared.partner = counted.partner and compared.period_number = counted.period_number

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else reported.criterion_code end as criterion_code,
    case
        when reported.is_total then 'All citations'
        when reported.criterion_code = 'none' then 'No criterion stated'
        when reported.criterion_code = 'other' then 'Other ground'
        else criteria.name
    end as criterion,
    cast(reported.refusals as bigint) as refusals,
    case when not reported.is_total then {{ share('reported.refusals', 'reported.all_refusals') }} end as share_of_refusals,
    cast(reported.all_refusals as bigint) as all_refusals,
    cast({{ if_delivered('reported.refusals_previous_quarter', 'reported.has_previous') }} as bigint) as refusals_previous_quarter,
    cast({{ if_delivered('reported.refusals_previous_year', 'reported.has_previous_year') }} as bigint) as refusals_previous_year,
    {{ relative_change('reported.refusals', if_delivered('reported.refusals_previous_quarter', 'reported.has_previous')) }} as change_on_quarter,
    {{ relative_change('reported.refusals', if_delivered('reported.refusals_previous_year', 'reported.has_previous_year')) }} as change_on_year,
    reported.is_total,
    {{ printed_order('reported.criterion_code') }} as sort_order
from reported
left join {{ ref('refusal_criteria') }} as criteria on reported.criterion_code = criteria.code
order by reported.period, reported.partner, sort_order
