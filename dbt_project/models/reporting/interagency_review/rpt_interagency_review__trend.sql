-- The nine half-years up to and including the period. Cases are counted in the half-year in which their records first made one.
with {{ nine_periods('interagency_review') }},

counted as (

    select
        period,
        partner,
        count(*) as cases,
        sum(case when is_new then 1 else 0 end) as opened,
        sum(case when is_new and has_contradiction then 1 else 0 end) as contradicted,
        sum(case when is_new and has_yielded then 1 else 0 end) as yielding
    from {{ ref('rpt_interagency_review__cases') }}
    group by period, partner

)

select
    spans.period,
    spans.partner,
    spans.shown as half_year,
    cast(counted.cases as bigint) as cases,
    cast(counted.opened as bigint) as opened,
    cast(counted.contradicted as bigint) as contradicted,
    cast(counted.yielding as bigint) as yielding,
    {{ share('counted.yielding', 'counted.opened') }} as yield_share,
    spans.sort_order
from spans
inner join counted on spans.partner = counted.partner and spans.shown = counted.period
order by spans.period, spans.partner, spans.sort_order
