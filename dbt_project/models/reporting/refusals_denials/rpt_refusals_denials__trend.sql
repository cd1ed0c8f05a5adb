-- The nine years up to and including the period, as far as the partner delivered them.
with {{ nine_periods('refusals_denials') }},

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
    spans.period,
    spans.partner,
    spans.shown as year_name,
    cast(figures.refused as bigint) as refused,
    cast(figures.granted as bigint) as granted,
    figures.refusal_share,
    cast(figures.denials_issued as bigint) as denials_issued,
    cast(figures.denials_in_force as bigint) as denials_in_force,
    spans.sort_order
from spans
inner join figures on spans.partner = figures.partner and spans.shown = figures.period
order by spans.period, spans.partner, spans.sort_order
