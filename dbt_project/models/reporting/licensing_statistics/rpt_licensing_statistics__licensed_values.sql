-- By year: partners that publish sums per destination and year and nothing finer.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'licensing_statistics' and period_kind = 'year'

),

cells as (

    select
        partner,
        year_number as period_number,
        destination_code,
        sum(value_eur) as value_eur
    from {{ ref('fct_licensed_values') }}
    group by partner, year_number, destination_code

),

compared as (

    select
        cells.partner,
        cells.period_number + shifts.shift as period_number,
        cells.destination_code,
        grouping(cells.destination_code) = 1 as is_total,
        {{ shifted('cells.value_eur') }} as value_eur,
        {{ shifted('cells.value_eur', 1) }} as value_eur_previous_year
    from cells
    cross join {{ shifts('year') }}
    group by grouping sets (
        (cells.partner, cells.period_number + shifts.shift, cells.destination_code),
        (cells.partner, cells.period_number + shifts.shift)
    )

),

reported as (

    select
        periods.period,
        compared.*,
        periods.has_previous_year,
        max(case when compared.is_total then compared.value_eur end) over (
            partition by compared.partner, compared.period_number
        ) as all_value_eur
    from compared
    inner join periods on compared.partner = periods.partner and compared.period_number = periods.period_number
    where compared.is_total or compared.value_eur <> 0 or compared.value_eur_previous_year <> 0

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else reported.destination_code end as destination_code,
    case when reported.is_total then 'All destinations' else coalesce(countries.name, reported.destination_code) end as destination,
    {{ money('reported.value_eur') }} as value_eur,
    {{ share_of_money('reported.value_eur', 'reported.all_value_eur') }} as share_of_value,
    {{ money(if_delivered('reported.value_eur_previous_year', 'reported.has_previous_year')) }} as value_eur_previous_year,
    {{ relative_change('reported.value_eur', if_delivered('reported.value_eur_previous_year', 'reported.has_previous_year')) }} as change_on_year,
    reported.is_total,
    {{ printed_order('reported.value_eur desc, reported.destination_code') }} as sort_order
from reported
left join {{ ref('dim_countries') }} as countries on reported.destination_code = countries.country_code
order by reported.period, reported.partner, sort_order
