-- An application for goods to several countries counts once for each of them, so the total is one of applications x destinations.
with line_destinations as (

    select distinct partner, application_ref, destination_codes from {{ ref('fct_licence_lines') }}

),

destinations as (

    select distinct partner, application_ref, piece as destination_code
    from ({{ pieces_of('line_destinations', 'destination_codes', '|', ['partner', 'application_ref']) }}) as pieces

),

cells as (

    select
        decisions.partner,
        year(decisions.decided_on) as year_number,
        coalesce(destinations.destination_code, 'XX') as destination_code,
        {{ count_of('granted', 'decisions') }} as granted,
        {{ count_of('refused', 'decisions') }} as refused,
        count(*) as processed
    from {{ ref('fct_decisions') }} as decisions
    left join destinations
        on decisions.partner = destinations.partner and decisions.application_ref = destinations.application_ref
    where {{ is_first_outcome('decisions') }}
    group by decisions.partner, year(decisions.decided_on), coalesce(destinations.destination_code, 'XX')

),

reported as (

    {{ over_years(
        'transparency_annual', ['destination_code'], counts=['granted', 'refused', 'processed'], compared=['processed', 'refused']
    ) }}

)

select
    reported.period,
    reported.partner,
    reported.destination_code,
    case when reported.is_total then 'All destinations' else coalesce(countries.name, reported.destination_code) end as destination,
    reported.granted,
    {{ if_published('reported.refused', 'refused') }} as refused,
    {{ if_other_outcomes_published('cast(reported.processed - reported.granted - reported.refused as bigint)') }} as other,
    reported.processed,
    {{ share('reported.processed', of_total('processed')) }} as share_of_processed,
    {{ if_published(share('reported.refused', 'reported.granted + reported.refused'), 'refused') }} as refusal_share,
    reported.processed_previous_year,
    {{ change_on_year('processed') }} as change_on_year,
    {{ if_published('reported.refused_previous_year', 'refused') }} as refused_previous_year,
    reported.is_total,
    {{ printed_order('reported.processed desc, reported.destination_code') }} as sort_order
from reported
left join {{ ref('dim_countries') }} as countries on reported.destination_code = countries.country_code
left join {{ ref('dim_partners') }} as partners on reported.partner = partners.partner
order by reported.period, reported.partner, sort_order
