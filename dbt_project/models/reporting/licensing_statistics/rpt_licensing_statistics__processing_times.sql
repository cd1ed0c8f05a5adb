-- Applications by the quarter of their first outcome, whatever it was. An application whose clock is not known counts among the decided
-- and nowhere else. Quartiles are days that occur: "half were decided within so many days".
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'licensing_statistics' and period_kind = 'quarter'

),

{{ times_to_first_outcome(quarter_number('first_outcome_on')) }},

reported as (

    select
        periods.period,
        summed.*,
        earlier.median_days as median_days_previous_quarter,
        year_before.median_days as median_days_previous_year
    from summed
    inner join periods on summed.partner = periods.partner and summed.period_number = periods.period_number
    left join summed as earlier
        on
            summed.partner = earlier.partner
            and summed.period_number = earlier.period_number + 1
            and summed.licence_type_code = earlier.licence_type_code
    left join summed as year_before
        on
            summed.partner = year_before.partner
            and summed.period_number = year_before.period_number + 4
            and summed.licence_type_code = year_before.licence_type_code

)

select
    reported.period,
    reported.partner,
    reported.licence_type_code,
    case when reported.is_total then 'All types' else types.name end as licence_type,
    reported.decided,
    reported.with_known_clock,
    {{ share('reported.with_known_clock', 'reported.decided') }} as share_known,
    cast(reported.p25_days as integer) as p25_days,
    cast(reported.median_days as integer) as median_days,
    cast(reported.p75_days as integer) as p75_days,
    cast(reported.within_20 as bigint) as within_20,
    {{ share('reported.within_20', 'reported.with_known_clock') }} as share_within_20,
    cast(reported.within_60 as bigint) as within_60,
    {{ share('reported.within_60', 'reported.with_known_clock') }} as share_within_60,
    cast(reported.median_days_previous_quarter as integer) as median_days_previous_quarter,
    cast(reported.median_days_previous_year as integer) as median_days_previous_year,
    reported.is_total,
    {{ printed_order('reported.decided desc, reported.licence_type_code') }} as sort_order
from reported
left join {{ ref('licence_types') }} as types on reported.licence_type_code = types.code
order by reported.period, reported.partner, sort_order
