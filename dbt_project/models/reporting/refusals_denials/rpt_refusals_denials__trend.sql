-- The nine years up to and including the period, as far as the partner delivered them.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'refusals_denials'

),

figures as (

    select
        period,
        partner,
        max(case when measure = 'refused' then value end) as refused,
        max(case when measure = 'granted' then value end) as granted,
        max(case when measure = 'refusal_share' then value end) as refusal_share,
        max(case when measure = 'denials_issued' then value end) as denials_issued,
        max(case when measure = 'denials_in_force' then value end) as denials_in_force
    from {{ ref('rpt_refusals_denials__headline') }}
    group by period, partner

)

select
    periods.period,
    periods.partner,
    shown.period as year_name,
    cast(figures.refused as bigint) as refused,
    cast(figures.granted as bigint) as granted,
    figures.refusal_share,
    cast(figures.denials_issued as bigint) as denials_issued,
    cast(figures.denials_in_force as bigint) as denials_in_force,
    cast(shown.period_number - periods.period_number + 9 as integer) as sort_order
from periods
inner join periods as shown
    on
        periods.partner = shown.partner
        and shown.period_number between periods.period_number - 8 and periods.period_number
inner join figures on shown.partner = figures.partner and shown.period = figures.period
order by periods.period, periods.partner, sort_order
