-- By the half-year in which the penalty was imposed. The median is an amount that was imposed, among those with an amount.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'enforcement'

),

penalties as (

    select
        partner,
        {{ half_number('imposed_on') }} as period_number,
        disposition as disposition_code,
        amount_eur,
        custody_months
    from {{ ref('fct_penalties') }}
    where imposed_on is not null

),

compared as (

    select
        penalties.partner,
        penalties.period_number + shifts.shift as period_number,
        penalties.disposition_code,
        grouping(penalties.disposition_code) = 1 as is_total,
        {{ shifted('1') }} as penalties,
        count(case when shifts.shift = 0 then penalties.amount_eur end) as with_amount,
        {{ shifted('coalesce(penalties.amount_eur, 0)') }} as amount_eur,
        {{ quantile_that_occurs('case when shifts.shift = 0 then penalties.amount_eur end', 0.5) }} as median_amount_eur,
        {{ shifted('coalesce(penalties.custody_months, 0)') }} as custody_months,
        {{ shifted('1', 1) }} as penalties_previous_half,
        {{ shifted('1', 2) }} as penalties_previous_year
    from penalties
    cross join {{ shifts('half_year') }}
    group by grouping sets (
        (penalties.partner, penalties.period_number + shifts.shift, penalties.disposition_code),
        (penalties.partner, penalties.period_number + shifts.shift)
    )

),

reported as (

    select
        periods.period,
        compared.*,
        periods.has_previous,
        periods.has_previous_year
    from compared
    inner join periods on compared.partner = periods.partner and compared.period_number = periods.period_number

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else reported.disposition_code end as disposition_code,
    case when reported.is_total then 'All outcomes' else dispositions.label end as disposition,
    cast(reported.penalties as bigint) as penalties,
    cast(reported.with_amount as bigint) as with_amount,
    {{ money('reported.amount_eur') }} as amount_eur,
    {{ money('reported.median_amount_eur') }} as median_amount_eur,
    cast(reported.custody_months as bigint) as custody_months,
    cast({{ if_delivered('reported.penalties_previous_half', 'reported.has_previous') }} as bigint) as penalties_previous_half,
    cast({{ if_delivered('reported.penalties_previous_year', 'reported.has_previous_year') }} as bigint) as penalties_previous_year,
    {{ relative_change('reported.penalties', if_delivered('reported.penalties_previous_half', 'reported.has_previous')) }} as change_on_half,
    {{ relative_change('reported.penalties', if_delivered('reported.penalties_previous_year', 'reported.has_previous_year')) }} as change_on_year,
    reported.is_total,
    {{ printed_order('dispositions.sort_order, reported.disposition_code') }} as sort_order
from reported
left join {{ ref('dispositions') }} as dispositions on reported.disposition_code = dispositions.code
order by reported.period, reported.partner, sort_order
