with applications as (

    select * from {{ ref('fct_applications') }}

),

versions as (

    select distinct version from {{ ref('risk_bands') }}

),

bands as (

    select version, cast(code as integer) as band, cast(least_points as integer) as least_points
    from {{ ref('risk_bands') }}

),

sums as (

    select partner, application_ref, method_version, sum(points) as points, count(*) as indicators
    from {{ ref('fct_risk_indicators') }}
    group by partner, application_ref, method_version

),

scored as (

    select
        applications.*,
        versions.version as method_version,
        cast(coalesce(sums.points, 0) as integer) as points,
        cast(coalesce(sums.indicators, 0) as integer) as indicators
    from applications
    cross join versions
    left join sums
        on
            applications.partner = sums.partner
            and applications.application_ref = sums.application_ref
            and versions.version = sums.method_version

),

banded as (

    select scored.partner, scored.application_ref, scored.method_version, max(bands.band) as band
    from scored
    inner join bands on scored.method_version = bands.version and scored.points >= bands.least_points
    group by scored.partner, scored.application_ref, scored.method_version

)

select
    scored.partner,
    scored.feed,
    scored.record_ref,
    scored.submission_id,
    scored.source_row_number,
    scored.marking,
    scored.application_ref,
    scored.method_version,
    scored.points,
    scored.indicators,
    banded.band,
    scored.risk_band as risk_band_as_given,
    cast(scales.band as integer) as risk_band_in_common
from scored
inner join banded
    on
        scored.partner = banded.partner
        and scored.application_ref = banded.application_ref
        and scored.method_version = banded.method_version
left join {{ ref('risk_scales') }} as scales
    on scored.partner = scales.scale and cast(scored.risk_band as string) = scales.level
order by scored.partner, scored.application_ref, scored.method_version
