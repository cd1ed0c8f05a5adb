-- The nine half-years up to and including the period, as far as the partner delivered them.
with {{ nine_periods('enforcement') }},

figures as (

    select
        period,
        partner,
        max(case when measure = 'inspections' then value end) as inspections,
        max(case when measure = 'hit_share' then value end) as hit_share,
        max(case when measure = 'seizures' then value end) as seizures,
        max(case when measure = 'value_seized_eur' then value end) as value_eur,
        max(case when measure = 'cases_opened' then value end) as cases_opened,
        max(case when measure = 'cases_concluded' then value end) as cases_concluded
    from {{ ref('rpt_enforcement__headline') }}
    group by period, partner

)

select
    spans.period,
    spans.partner,
    spans.shown as half_year,
    cast(figures.inspections as bigint) as inspections,
    figures.hit_share,
    cast(figures.seizures as bigint) as seizures,
    {{ money('figures.value_eur') }} as value_eur,
    cast(figures.cases_opened as bigint) as cases_opened,
    cast(figures.cases_concluded as bigint) as cases_concluded,
    spans.sort_order
from spans
inner join figures on spans.partner = figures.partner and spans.shown = figures.period
order by spans.period, spans.partner, spans.sort_order
