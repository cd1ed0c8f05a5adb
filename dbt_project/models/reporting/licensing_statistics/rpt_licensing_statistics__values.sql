-- Granted lines only. A line without a value counts as a line, and adds nothing to the value: open licences often carry none.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'licensing_statistics' and period_kind = 'quarter'

),

cells as (

    select
        partner,
        {{ quarter_number('decided_on') }} as period_number,
        coalesce({{ rating_category('rating') }}, 'none') as category_code,
        count(*) as lines,
        count(value_eur) as lines_with_value,
        coalesce(sum(value_eur), 0) as value_eur
    from {{ ref('fct_licence_lines') }}
    where outcome = 'granted' and decided_on is not null
    group by partner, {{ quarter_number('decided_on') }}, coalesce({{ rating_category('rating') }}, 'none')

),

compared as (

    select
        cells.partner,
        cells.period_number + shifts.shift as period_number,
        cells.category_code,
        grouping(cells.category_code) = 1 as is_total,
        {{ shifted('cells.lines') }} as lines,
        {{ shifted('cells.lines_with_value') }} as lines_with_value,
        {{ shifted('cells.value_eur') }} as value_eur,
        {{ shifted('cells.value_eur', 1) }} as value_eur_previous_quarter,
        {{ shifted('cells.value_eur', 4) }} as value_eur_previous_year
    from cells
    cross join {{ shifts('quarter') }}
    group by grouping sets (
        (cells.partner, cells.period_number + shifts.shift, cells.category_code),
        (cells.partner, cells.period_number + shifts.shift)
    )

),

reported as (

    select
        periods.period,
        compared.*,
        periods.has_previous,
        periods.has_previous_year,
        max(case when compared.is_total then compared.value_eur end) over (
            partition by compared.partner, compared.period_number
        ) as all_value_eur
    from compared
    inner join periods on compared.partner = periods.partner and compared.period_number = periods.period_number

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else reported.category_code end as category_code,
    case when reported.is_total then 'All goods' else categories.name end as category,
    cast(reported.lines as bigint) as lines,
    cast(reported.lines_with_value as bigint) as lines_with_value,
    {{ money('reported.value_eur') }} as value_eur,
    {{ share_of_money('reported.value_eur', 'reported.all_value_eur') }} as share_of_value,
    {{ money(if_delivered('reported.value_eur_previous_quarter', 'reported.has_previous')) }} as value_eur_previous_quarter,
    {{ money(if_delivered('reported.value_eur_previous_year', 'reported.has_previous_year')) }} as value_eur_previous_year,
    {{ relative_change('reported.value_eur', if_delivered('reported.value_eur_previous_quarter', 'reported.has_previous')) }} as change_on_quarter,
    {{ relative_change('reported.value_eur', if_delivered('reported.value_eur_previous_year', 'reported.has_previous_year')) }} as change_on_year,
    reported.is_total,
    {{ printed_order('categories.sort_order') }} as sort_order
from reported
left join {{ ref('control_categories') }} as categories on reported.category_code = categories.code
order by reported.period, reported.partner, sort_order
