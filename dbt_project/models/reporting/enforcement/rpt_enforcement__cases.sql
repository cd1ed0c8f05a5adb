-- Opened and concluded count events of the half-year; open at the end is a stock: opened by then and not concluded by then.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'enforcement'

),

cases as (

    select
        partner,
        offence_code,
        {{ half_number('opened_on') }} as opened_in,
        case when is_closed then {{ half_number('concluded_on') }} end as concluded_in
    from {{ ref('fct_enforcement_cases') }}
    where opened_on is not null

),

case_periods as (

    select periods.*
    from periods
    where periods.partner in (select cases.partner from cases)

),

compared as (

    select
        case_periods.period,
        case_periods.partner,
        cases.offence_code,
        grouping(cases.offence_code) = 1 as is_total,
        sum(case when cases.opened_in = case_periods.period_number then 1 else 0 end) as opened,
        sum(case when cases.concluded_in = case_periods.period_number then 1 else 0 end) as concluded,
        sum(case
            when coalesce(cases.concluded_in, case_periods.period_number + 1) > case_periods.period_number then 1 else 0
        end) as open_at_end,
        sum(case when cases.opened_in = case_periods.period_number - 1 then 1 else 0 end) as opened_previous_half,
        sum(case when cases.opened_in = case_periods.period_number - 2 then 1 else 0 end) as opened_previous_year
    from case_periods
    inner join cases
        on case_periods.partner = cases.partner and case_periods.period_number >= cases.opened_in
    group by grouping sets (
        (case_periods.period, case_periods.partner, cases.offence_code),
        (case_periods.period, case_periods.partner)
    )

),

reported as (

    select
        compared.*,
        case_periods.has_previous,
        case_periods.has_previous_year
    from compared
    inner join case_periods on compared.period = case_periods.period and compared.partner = case_periods.partner
    where
        compared.is_total
        or compared.opened + compared.concluded + compared.open_at_end
        + compared.opened_previous_half + compared.opened_previous_year > 0

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else reported.offence_code end as offence_code,
    case when reported.is_total then 'All offences' else offences.label end as offence,
    cast(reported.opened as bigint) as opened,
    cast(reported.concluded as bigint) as concluded,
    cast(reported.open_at_end as bigint) as open_at_end,
    cast({{ if_delivered('reported.opened_previous_half', 'reported.has_previous') }} as bigint) as opened_previous_half,
    cast({{ if_delivered('reported.opened_previous_year', 'reported.has_previous_year') }} as bigint) as opened_previous_year,
    {{ relative_change('reported.opened', if_delivered('reported.opened_previous_half', 'reported.has_previous')) }} as change_on_half,
    {{ relative_change('reported.opened', if_delivered('reported.opened_previous_year', 'reported.has_previous_year')) }} as change_on_year,
    reported.is_total,
    {{ printed_order('reported.offence_code') }} as sort_order
from reported
left join {{ ref('offences') }} as offences on reported.offence_code = offences.code
order by reported.period, reported.partner, sort_order
