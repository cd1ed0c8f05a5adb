-- Destination as declared when the goods were seized.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'enforcement'

),

cells as (

    select
        partner,
        {{ half_number('seized_on') }} as period_number,
        coalesce(destination_code, 'XX') as destination_code,
        count(*) as seizures,
        sum(case when is_released then 1 else 0 end) as released,
        count(value_eur) as seizures_with_value,
        coalesce(sum(value_eur), 0) as value_eur
    from {{ ref('fct_seizures') }}
    group by partner, {{ half_number('seized_on') }}, coalesce(destination_code, 'XX')

),

compared as (

    select
        cells.partner,
        cells.period_number + shifts.shift as period_number,
        cells.destination_code,
        grouping(cells.destination_code) = 1 as is_total,
        {{ shifted('cells.seizures') }} as seizures,
        {{ shifted('cells.released') }} as released,
        {{ shifted('cells.seizures_with_value') }} as seizures_with_value,
        {{ shifted('cells.value_eur') }} as value_eur,
        {{ shifted('cells.seizures', 1) }} as seizures_previous_half,
        {{ shifted('cells.seizures', 2) }} as seizures_previous_year
    from cells
    cross join {{ shifts('half_year') }}
    group by grouping sets (
        (cells.partner, cells.period_number + shifts.shift, cells.destination_code),
        (cells.partner, cells.period_number + shifts.shift)
    )

),

reported as (

    select
        periods.period,
        compared.*,
        periods.has_previous,
        periods.has_previous_year,
        max(case when compared.is_total then compared.seizures end) over (
            partition by compared.partner, compared.period_number
        ) as all_seizures
    from compared
    inner join periods on compared.partner = periods.partner and compared.period_number = periods.period_number

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else reported.destination_code end as destination_code,
    case when reported.is_total then 'All destinations' else coalesce(countries.name, reported.destination_code) end as destination,
    cast(reported.seizures as bigint) as seizures,
    {{ share('reported.seizures', 'reported.all_seizures') }} as share_of_seizures,
    cast(reported.released as bigint) as released,
    cast(reported.seizures_with_value as bigint) as seizures_with_value,
    {{ money('reported.value_eur') }} as value_eur,
    cast({{ if_delivered('reported.seizures_previous_half', 'reported.has_previous') }} as bigint) as seizures_previous_half,
    cast({{ if_delivered('reported.seizures_previous_year', 'reported.has_previous_year') }} as bigint) as seizures_previous_year,
    {{ relative_change('reported.seizures', if_delivered('reported.seizures_previous_half', 'reported.has_previous')) }} as change_on_half,
    {{ relative_change('reported.seizures', if_delivered('reported.seizures_previous_year', 'reported.has_previous_year')) }} as change_on_year,
    reported.is_total,
    {{ printed_order('reported.seizures desc, reported.destination_code') }} as sort_order
from reported
left join {{ ref('dim_countries') }} as countries on reported.destination_code = countries.country_code
order by reported.period, reported.partner, sort_order
