-- Goods lines, not decisions: one application may hold several ratings. A line that names several ratings counts once, under the first.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'licensing_statistics' and period_kind = 'quarter'

),

lines as (

    select
        partner,
        {{ quarter_number('decided_on') }} as period_number,
        coalesce({{ rating_category('rating') }}, 'none') as category_code,
        coalesce({{ rating_entry('rating') }}, 'none') as rating,
        outcome,
        value_eur
    from {{ ref('fct_licence_lines') }}
    where decided_on is not null

),

cells as (

    select
        partner,
        period_number,
        category_code,
        rating,
        sum(case when outcome = 'granted' then 1 else 0 end) as granted,
        sum(case when outcome = 'refused' then 1 else 0 end) as refused,
        count(*) as lines,
        coalesce(sum(case when outcome = 'granted' then value_eur end), 0) as value_eur
    from lines
    group by partner, period_number, category_code, rating

),

compared as (

    select
        cells.partner,
        cells.period_number + shifts.shift as period_number,
        cells.category_code,
        cells.rating,
        grouping(cells.rating) = 1 as is_total,
        {{ shifted('cells.granted') }} as granted,
        {{ shifted('cells.refused') }} as refused,
        {{ shifted('cells.lines') }} as lines,
        {{ shifted('cells.value_eur') }} as value_eur,
        {{ shifted('cells.lines', 1) }} as lines_previous_quarter,
        {{ shifted('cells.lines', 4) }} as lines_previous_year
    from cells
    cross join {{ shifts('quarter') }}
    group by grouping sets (
        (cells.partner, cells.period_number + shifts.shift, cells.category_code, cells.rating),
        (cells.partner, cells.period_number + shifts.shift)
    )

),

reported as (

    select
        periods.period,
        compared.*,
        periods.has_previous,
        periods.has_previous_year,
        max(case when compared.is_total then compared.lines end) over (
            partition by compared.partner, compared.period_number
        ) as all_lines
    from compared
    inner join periods on compared.partner = periods.partner and compared.period_number = periods.period_number

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else reported.category_code end as category_code,
    case when reported.is_total then 'All goods' else categories.name end as category,
    case when reported.is_total then 'total' else reported.rating end as rating,
    cast(reported.granted as bigint) as granted,
    cast({{ if_published('reported.refused', 'refused') }} as bigint) as refused,
    cast(reported.lines - reported.granted - reported.refused as bigint) as other,
    cast(reported.lines as bigint) as lines,
    {{ if_published(share('reported.refused', 'reported.granted + reported.refused'), 'refused') }} as refusal_share,
    {{ share('reported.lines', 'reported.all_lines') }} as share_of_lines,
    {{ money('reported.value_eur') }} as value_eur,
    cast({{ if_delivered('reported.lines_previous_quarter', 'reported.has_previous') }} as bigint) as lines_previous_quarter,
    cast({{ if_delivered('reported.lines_previous_year', 'reported.has_previous_year') }} as bigint) as lines_previous_year,
    {{ relative_change('reported.lines', if_delivered('reported.lines_previous_quarter', 'reported.has_previous')) }} as change_on_quarter,
    {{ relative_change('reported.lines', if_delivered('reported.lines_previous_year', 'reported.has_previous_year')) }} as change_on_year,
    reported.is_total,
    {{ printed_order('categories.sort_order, reported.rating') }} as sort_order
from reported
left join {{ ref('control_categories') }} as categories on reported.category_code = categories.code
left join {{ ref('dim_partners') }} as partners on reported.partner = partners.partner
order by reported.period, reported.partner, sort_order
