-- M6 by value, licences that ended in the period. A licence without a value (open) is counted beside, and so are those of which more was
-- exported than was licensed: the share is not capped, and `lines_over` says how many exceed 100 %.
with lines as (

    select * from {{ ref('fct_licence_utilisation') }} where has_ended

),

summed as (

    select
        kinds.period_kind,
        {{ period_of('lines.ended_on') }} as period,
        lines.partner,
        coalesce(lines.destination_code, 'total') as destination_code,
        grouping(lines.destination_code) = 1 as is_total,
        count(*) as lines,
        sum(case when lines.basis = 'open' then 1 else 0 end) as open_lines,
        count(lines.authorised_eur) as lines_with_value,
        sum(case when lines.authorised_eur is not null and lines.write_offs > 0 then 1 else 0 end) as lines_used,
        sum(case when lines.is_over_value then 1 else 0 end) as lines_over,
        coalesce(sum(lines.authorised_eur), 0) as authorised_eur,
        coalesce(sum(case when lines.authorised_eur is not null then lines.used_eur end), 0) as used_eur
    from lines
    cross join {{ period_kinds() }}
    group by grouping sets (
        (kinds.period_kind, {{ period_of('lines.ended_on') }}, lines.partner, lines.destination_code),
        (kinds.period_kind, {{ period_of('lines.ended_on') }}, lines.partner)
    )

),

reported as (select * from summed)

select
    reported.period,
    reported.period_kind,
    reported.partner,
    reported.destination_code,
    case when reported.is_total then 'All destinations' else coalesce(countries.name, reported.destination_code) end as destination,
    cast(reported.lines as bigint) as lines,
    cast(reported.open_lines as bigint) as open_lines,
    cast(reported.lines_with_value as bigint) as lines_with_value,
    cast(reported.lines_used as bigint) as lines_used,
    cast(reported.lines_over as bigint) as lines_over,
    {{ money('reported.authorised_eur') }} as authorised_eur,
    {{ money('reported.used_eur') }} as used_eur,
    {{ share_of_money('reported.used_eur', 'reported.authorised_eur') }} as used_share,
    reported.is_total,
    {{ printed_order('reported.lines desc, reported.destination_code') }} as sort_order
from reported
left join {{ ref('dim_countries') }} as countries on reported.destination_code = countries.country_code
order by reported.period, reported.partner, sort_order
