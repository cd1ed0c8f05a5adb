-- The nine quarters up to and including the period, as far as the partner delivered them.
with {{ nine_periods('licensing_statistics', 'quarter') }},

figures as (

    select
        period,
        partner,
        max(case when measure = 'decisions' then value end) as decisions,
        max(case when measure = 'granted' then value end) as granted,
        max(case when measure = 'refused' then value end) as refused,
        max(case when measure = 'refusal_share' then value end) as refusal_share,
        max(case when measure = 'value_granted_eur' then value end) as value_eur,
        max(case when measure = 'median_working_days' then value end) as median_days,
        max(case when measure = 'share_within_20' then value end) as share_within_20
    from {{ ref('rpt_licensing_statistics__headline') }}
    group by period, partner

)

select
    spans.period,
    spans.partner,
    spans.shown as quarter,
    cast(figures.decisions as bigint) as decisions,
    cast(figures.granted as bigint) as granted,
    cast(figures.refused as bigint) as refused,
    figures.refusal_share,
    {{ money('figures.value_eur') }} as value_eur,
    cast(figures.median_days as integer) as median_days,
    figures.share_within_20,
    spans.sort_order
from spans
inner join figures on spans.partner = figures.partner and spans.shown = figures.period
order by spans.period, spans.partner, spans.sort_order
