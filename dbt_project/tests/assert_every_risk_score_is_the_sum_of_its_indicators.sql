-- A score that cannot be taken apart into its reasons is no published score.
with sums as (

    select partner, application_ref, method_version, sum(points) as points, count(*) as indicators
    from {{ ref('fct_risk_indicators') }}
    group by partner, application_ref, method_version

)

select scores.partner, scores.application_ref, scores.method_version, scores.points, sums.points as points_of_indicators
from {{ ref('fct_risk_scores') }} as scores
full join sums
    on
        scores.partner = sums.partner
        and scores.application_ref = sums.application_ref
        and scores.method_version = sums.method_version
where coalesce(scores.points, -1) <> coalesce(sums.points, 0) or scores.indicators <> coalesce(sums.indicators, 0)
