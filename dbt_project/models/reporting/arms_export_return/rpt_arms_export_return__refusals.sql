-- Applications refused at first for goods of this kind, by destination, with the criteria they cite. A refusal for several countries counts
-- once for each of them.
with lines as (

    select partner, application_ref, destination_code, coalesce({{ rating_category('rating') }}, 'none') as category_code
    from {{ ref('fct_licence_lines') }}

),

concerned as (

    select distinct partner, application_ref, destination_code from lines where category_code = 'ML'

),

cells as (

    select
        refusals.partner,
        refusals.year_number,
        concerned.destination_code,
        {% for column in criteria_columns() -%}
        sum(refusals.{{ column }}) as {{ column }},
        {% endfor -%}
        count(*) as refusals
    from {{ ref('rpt_refusals_denials__refusals') }} as refusals
    inner join concerned on refusals.partner = concerned.partner and refusals.application_ref = concerned.application_ref
    group by refusals.partner, refusals.year_number, concerned.destination_code

),

publishers as (

    select distinct partner from {{ ref('rpt_refusals_denials__refusals') }} where has_criteria

),

reported as (

    {{ over_years('arms_export_return', ['destination_code'], counts=['refusals'] + criteria_columns(), compared=['refusals']) }}

)

select
    reported.period,
    reported.partner,
    reported.destination_code,
    case when reported.is_total then 'All destinations' else coalesce(countries.name, reported.destination_code) end as destination,
    reported.refusals,
    {% for column in criteria_columns() -%}
    {{ if_delivered('reported.' ~ column, 'publishers.partner is not null') }} as {{ column }},
    {% endfor -%}
    reported.refusals_previous_year,
    reported.is_total,
    {{ printed_order('reported.refusals desc, reported.destination_code') }} as sort_order
from reported
left join publishers on reported.partner = publishers.partner
left join {{ ref('dim_countries') }} as countries on reported.destination_code = countries.country_code
order by reported.period, reported.partner, sort_order
