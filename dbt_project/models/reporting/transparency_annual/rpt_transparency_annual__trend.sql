-- The nine years up to and including the period, as far as the partner delivered them.
with {{ nine_periods('transparency_annual') }},

figures as (

    select
        period,
        partner,
        max(case when measure = 'processed' then value end) as processed,
        max(case when measure = 'granted' then value end) as granted,
        max(case when measure = 'refused' then value end) as refused,
        max(case when measure = 'refusal_share_b' then value end) as refusal_share,
        max(case when measure = 'value_granted_eur' then value end) as value_eur,
        max(case when measure = 'value_exported_eur' then value end) as exported_eur,
        max(case when measure = 'median_working_days' then value end) as median_days
    from {{ ref('rpt_transparency_annual__headline') }}
    group by period, partner

)

select
    spans.period,
    spans.partner,
    spans.shown as year_name,
    cast(figures.processed as bigint) as processed,
    cast(figures.granted as bigint) as granted,
    cast(figures.refused as bigint) as refused,
    figures.refusal_share,
    {{ money('figures.value_eur') }} as value_eur,
    {{ money('figures.exported_eur') }} as exported_eur,
    cast(figures.median_days as integer) as median_days,
    spans.sort_order
from spans
inner join figures on spans.partner = figures.partner and spans.shown = figures.period
order by spans.period, spans.partner, spans.sort_order
