-- M14. A penalty in money over the value of the goods of its case; quartiles are ratios that occur.
with penalties as (

    select
        partner,
        imposed_on,
        offence_code,
        amount_eur,
        case
            when goods_value_eur > 0
                then cast(round(cast(amount_eur as double) / cast(goods_value_eur as double), 3) as decimal(12, 3))
        end as ratio
    from {{ ref('fct_penalties') }}
    where imposed_on is not null and is_penalty and is_monetary and amount_eur is not null

),

summed as (

    select
        kinds.period_kind,
        {{ period_of('penalties.imposed_on') }} as period,
        penalties.partner,
        coalesce(penalties.offence_code, 'total') as offence_code,
        grouping(penalties.offence_code) = 1 as is_total,
        count(*) as penalties,
        count(penalties.ratio) as with_ratio,
        {{ quantile_that_occurs('penalties.ratio', 0.25) }} as p25_ratio,
        {{ quantile_that_occurs('penalties.ratio', 0.5) }} as median_ratio,
        {{ quantile_that_occurs('penalties.ratio', 0.75) }} as p75_ratio
    from penalties
    cross join {{ period_kinds() }}
    group by {{ parts_and_total('penalties.imposed_on', 'penalties.partner', 'penalties.offence_code') }}

),

reported as (select * from summed)

select
    reported.period,
    reported.period_kind,
    reported.partner,
    reported.offence_code,
    case when reported.is_total then 'All offences' else coalesce(offences.label, reported.offence_code) end as offence,
    cast(reported.penalties as bigint) as penalties,
    cast(reported.with_ratio as bigint) as with_ratio,
    cast(reported.p25_ratio as decimal(12, 3)) as p25_ratio,
    cast(reported.median_ratio as decimal(12, 3)) as median_ratio,
    cast(reported.p75_ratio as decimal(12, 3)) as p75_ratio,
    reported.is_total,
    {{ printed_order('reported.offence_code') }} as sort_order
from reported
left join {{ ref('offences') }} as offences on reported.offence_code = offences.code
order by reported.period, reported.partner, sort_order
