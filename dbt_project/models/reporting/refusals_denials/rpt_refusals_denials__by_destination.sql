-- A refusal for several countries counts once for each of them, and in the total as often. Partners that publish no criteria have nulls there.
with line_destinations as (

    select distinct partner, application_ref, destination_codes
    from {{ ref('fct_licence_lines') }}

),

destinations as (

    select distinct partner, application_ref, piece as destination_code
    from ({{ pieces_of('line_destinations', 'destination_codes', '|', ['partner', 'application_ref']) }}) as pieces

),

cells as (

    select
        refusals.partner,
        refusals.year_number,
        coalesce(destinations.destination_code, 'XX') as destination_code,
        count(*) as refusals,
        {% for criterion in criteria_codes() -%}
        sum(refusals.criterion_{{ criterion }}) as criterion_{{ criterion }},
        {% endfor -%}
        sum(case when refusals.criteria = 0 then 1 else 0 end) as criterion_none
    from {{ ref('rpt_refusals_denials__refusals') }} as refusals
    left join destinations
        on refusals.partner = destinations.partner and refusals.application_ref = destinations.application_ref
    group by refusals.partner, refusals.year_number, coalesce(destinations.destination_code, 'XX')

),

publishers as (

    select distinct partner from {{ ref('rpt_refusals_denials__refusals') }} where has_criteria

),

reported as (

    {{ over_years(
        'refusals_denials', ['destination_code'], counts=['refusals', 'criterion_none'] + criteria_columns(), compared=['refusals']
    ) }}

)

select
    reported.period,
    reported.partner,
    reported.destination_code,
    case when reported.is_total then 'All destinations' else coalesce(countries.name, reported.destination_code) end as destination,
    reported.refusals,
    {% for column in criteria_columns() + ['criterion_none'] -%}
    {{ if_delivered('reported.' ~ column, 'publishers.partner is not null') }} as {{ column }},
    {% endfor -%}
    reported.refusals_previous_year,
    {{ change_on_year('refusals') }} as change_on_year,
    reported.is_total,
    {{ printed_order('reported.refusals desc, reported.destination_code') }} as sort_order
from reported
left join publishers on reported.partner = publishers.partner
left join {{ ref('dim_countries') }} as countries on reported.destination_code = countries.country_code
order by reported.period, reported.partner, sort_order
