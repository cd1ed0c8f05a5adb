-- Goods lines refused and granted in the year, by category of the control list. An application may have many lines, decided alike.
with cells as (

    select
        partner,
        year(decided_on) as year_number,
        coalesce({{ rating_category('rating') }}, 'none') as category_code,
        {{ count_of('granted') }} as granted,
        {{ count_of('refused') }} as refused
    from {{ ref('fct_licence_lines') }}
    where outcome in ('granted', 'refused') and decided_on is not null
    group by partner, year(decided_on), coalesce({{ rating_category('rating') }}, 'none')

),

reported as (

    {{ over_years('refusals_denials', ['category_code'], counts=['granted', 'refused'], compared=['refused']) }}

)

select
    reported.period,
    reported.partner,
    reported.category_code,
    case when reported.is_total then 'All goods' else categories.name end as category,
    reported.refused,
    reported.granted,
    {{ share('reported.refused', 'reported.granted + reported.refused') }} as refusal_share,
    {{ share('reported.refused', of_total('refused')) }} as share_of_refused,
    reported.refused_previous_year,
    {{ change_on_year('refused') }} as change_on_year,
    reported.is_total,
    {{ printed_order('categories.sort_order') }} as sort_order
from reported
left join {{ ref('control_categories') }} as categories on reported.category_code = categories.code
order by reported.period, reported.partner, sort_order
