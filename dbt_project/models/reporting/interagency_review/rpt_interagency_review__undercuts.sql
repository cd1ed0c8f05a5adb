-- Candidates for an undercut in the nine half-years up to and including the period (M16).
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'interagency_review'

),

measured as (

    select
        period,
        partner,
        sum(case when is_total then candidates else 0 end) as candidates,
        sum(case when match_code = 'exact' then candidates else 0 end) as exact_candidates,
        sum(case when is_total then concluded else 0 end) as concluded
    from {{ ref('rpt_metrics__undercut_candidates') }}
    group by period, partner

)

select
    periods.period,
    periods.partner,
    measured.period as half_year,
    cast(measured.candidates as bigint) as candidates,
    cast(measured.exact_candidates as bigint) as exact_candidates,
    cast(measured.concluded as bigint) as concluded,
    cast(shown.period_number - periods.period_number + 9 as integer) as sort_order
from periods
inner join periods as shown
    on
        periods.partner = shown.partner
        and shown.period_number between periods.period_number - 8 and periods.period_number
inner join measured on shown.partner = measured.partner and shown.period = measured.period
order by periods.period, periods.partner, sort_order
