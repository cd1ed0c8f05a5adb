-- M6 by quantity: what can be added up is what is counted in the same unit. Licences that ended in the period, so that each had its whole life
-- to be used.
with measured as (

    select
        lines.*,
        units.base_unit,
        cast(units.factor as double) as factor
    from {{ ref('fct_licence_utilisation') }} as lines
    inner join {{ ref('units') }} as units on lines.unit_code = units.code
    where lines.basis = 'measured' and lines.has_ended

),

summed as (

    select
        kinds.period_kind,
        {{ period_of('measured.ended_on') }} as period,
        measured.partner,
        measured.base_unit as unit_code,
        count(*) as lines,
        sum(case when measured.write_offs > 0 then 1 else 0 end) as lines_used,
        sum(case when measured.is_over_quantity then 1 else 0 end) as lines_over,
        cast(round(sum(cast(measured.authorised_quantity as double) * measured.factor), 3) as decimal(18, 3)) as authorised_quantity,
        cast(round(sum(cast(measured.used_quantity as double) * measured.factor), 3) as decimal(18, 3)) as used_quantity
    from measured
    cross join {{ period_kinds() }}
    group by kinds.period_kind, {{ period_of('measured.ended_on') }}, measured.partner, measured.base_unit

)

select
    summed.period,
    summed.period_kind,
    summed.partner,
    summed.unit_code,
    units.name as unit,
    cast(summed.lines as bigint) as lines,
    cast(summed.lines_used as bigint) as lines_used,
    cast(summed.lines_over as bigint) as lines_over,
    summed.authorised_quantity,
    summed.used_quantity,
    {{ share('1000 * summed.used_quantity', '1000 * summed.authorised_quantity') }} as used_share,
    cast(row_number() over (partition by summed.partner, summed.period order by summed.unit_code) as integer) as sort_order
from summed
left join {{ ref('units') }} as units on summed.unit_code = units.code
order by summed.period, summed.partner, sort_order
