-- M20, restricted: the sum of the squared shares of the exporters in the value granted under a control entry, from 0 to 10,000 (one exporter).
with contributions as (

    select
        partner,
        {{ period_last_day('period') }} as counted_on,
        category_code,
        rating,
        contributor,
        value_eur
    from {{ ref('rpt_licensing_statistics__contributions') }}
    where value_eur > 0

),

exporters as (

    select
        kinds.period_kind,
        {{ period_of('contributions.counted_on') }} as period,
        contributions.partner,
        contributions.category_code,
        contributions.rating,
        contributions.contributor,
        sum(contributions.value_eur) as value_eur
    from contributions
    cross join {{ period_kinds() }}
    group by
        kinds.period_kind, {{ period_of('contributions.counted_on') }}, contributions.partner, contributions.category_code,
        contributions.rating, contributions.contributor

),

weighed as (

    select
        *,
        cast(value_eur as double) / sum(cast(value_eur as double)) over (partition by period, partner, rating) as share_of_value
    from exporters

)

select
    period,
    period_kind,
    partner,
    rating,
    min(category_code) as category_code,
    cast(count(*) as bigint) as exporters,
    {{ money('sum(value_eur)') }} as value_eur,
    cast(round(round(10000 * sum(share_of_value * share_of_value), 6), 0) as integer) as concentration,
    cast(round(round(max(share_of_value), 9), 3) as decimal(9, 3)) as largest_share,
    cast(row_number() over (partition by period, partner order by rating) as integer) as sort_order
from weighed
group by period, period_kind, partner, rating
order by period, partner, sort_order
