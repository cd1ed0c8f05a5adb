-- A hit is an inspection with any irregular result: irregular, detained or seized. The hit rate of random selection is the nearest there is
-- to the share of all consignments that are irregular; that of the other triggers measures the choice, not the trade.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'enforcement'

),

cells as (

    select
        partner,
        {{ half_number('inspected_on') }} as period_number,
        trigger as trigger_code,
        count(*) as inspections,
        sum(case when is_hit then 1 else 0 end) as irregular,
        sum(case when result = 'detained' then 1 else 0 end) as detained,
        sum(case when result = 'seized' then 1 else 0 end) as seized
    from {{ ref('fct_inspections') }}
    group by partner, {{ half_number('inspected_on') }}, trigger

),

declared as (

    select partner, {{ half_number('declared_on') }} as period_number, count(*) as declarations
    from {{ ref('fct_declarations') }}
    where direction = 'export'
    group by partner, {{ half_number('declared_on') }}

),

compared as (

    select
        cells.partner,
        cells.period_number + shifts.shift as period_number,
        cells.trigger_code,
        grouping(cells.trigger_code) = 1 as is_total,
        {{ shifted('cells.inspections') }} as inspections,
        {{ shifted('cells.irregular') }} as irregular,
        {{ shifted('cells.detained') }} as detained,
        {{ shifted('cells.seized') }} as seized,
        {{ shifted('cells.inspections', 1) }} as inspections_previous_half,
        {{ shifted('cells.inspections', 2) }} as inspections_previous_year
    from cells
    cross join {{ shifts('half_year') }}
    group by grouping sets (
        (cells.partner, cells.period_number + shifts.shift, cells.trigger_code),
        (cells.partner, cells.period_number + shifts.shift)
    )

),

reported as (

    select
        periods.period,
        compared.*,
        declared.declarations,
        periods.has_previous,
        periods.has_previous_year,
        max(case when compared.is_total then compared.inspections end) over (
            partition by compared.partner, compared.period_number
        ) as all_inspections
    from compared
    inner join periods on compared.partner = periods.partner and compared.period_number = periods.period_number
    left join declared on compared.partner = declared.partner and compared.period_number = declared.period_number

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else reported.trigger_code end as trigger_code,
    case when reported.is_total then 'All triggers' else triggers.label end as trigger,
    cast(reported.inspections as bigint) as inspections,
    cast(reported.irregular as bigint) as irregular,
    cast(reported.detained as bigint) as detained,
    cast(reported.seized as bigint) as seized,
    {{ share('reported.irregular', 'reported.inspections') }} as hit_share,
    {{ share('reported.inspections', 'reported.all_inspections') }} as share_of_inspections,
    reported.declarations,
    {{ share('1000 * reported.inspections', 'reported.declarations') }} as inspections_per_1000,
    cast({{ if_delivered('reported.inspections_previous_half', 'reported.has_previous') }} as bigint) as inspections_previous_half,
    cast({{ if_delivered('reported.inspections_previous_year', 'reported.has_previous_year') }} as bigint) as inspections_previous_year,
    {{ relative_change('reported.inspections', if_delivered('reported.inspections_previous_half', 'reported.has_previous')) }} as change_on_half,
    {{ relative_change('reported.inspections', if_delivered('reported.inspections_previous_year', 'reported.has_previous_year')) }} as change_on_year,
    reported.is_total,
    {{ printed_order('reported.inspections desc, reported.trigger_code') }} as sort_order
from reported
left join {{ ref('inspection_triggers') }} as triggers on reported.trigger_code = triggers.code
order by reported.period, reported.partner, sort_order
