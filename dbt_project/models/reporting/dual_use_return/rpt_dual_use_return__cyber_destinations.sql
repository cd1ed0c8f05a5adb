-- Applications for cyber-surveillance items by destination: what came in, and what was decided at first. One for several countries counts once
-- for each to which such goods were to go.
with lines as (

    {{ cyber_surveillance_lines() }}

),

publishers as (

    {{ partners_that_deliver_open_applications() }}

),

asked_for as (

    select distinct partner, application_ref, destination_code from lines

),

events as (

    select
        applications.partner,
        applications.application_ref,
        year(applications.submitted_on) as year_number,
        cast(null as string) as outcome,
        1 as received,
        0 as decided
    from {{ ref('fct_applications') }} as applications
    inner join publishers on applications.partner = publishers.partner
    where applications.superseded_by_ref is null and applications.submitted_on is not null

    union all

    select
        decisions.partner,
        decisions.application_ref,
        year(decisions.decided_on) as year_number,
        case when decisions.outcome in ('granted', 'refused') then decisions.outcome else 'other' end as outcome,
        0 as received,
        1 as decided
    from {{ ref('fct_decisions') }} as decisions
    where {{ is_first_outcome('decisions') }}

),

cells as (

    select
        events.partner,
        events.year_number,
        asked_for.destination_code,
        sum(events.received) as received,
        sum(events.decided) as decided,
        {{ count_of('granted', 'events') }} as granted,
        {{ count_of('refused', 'events') }} as refused,
        {{ count_of('other', 'events') }} as other
    from events
    inner join asked_for on events.partner = asked_for.partner and events.application_ref = asked_for.application_ref
    group by events.partner, events.year_number, asked_for.destination_code

),

reported as (

    {{ over_years(
        'dual_use_return', ['destination_code'], counts=['received', 'decided', 'granted', 'refused', 'other'],
        compared=['received', 'decided']
    ) }}

)

select
    reported.period,
    reported.partner,
    reported.destination_code,
    case when reported.is_total then 'All destinations' else coalesce(countries.name, reported.destination_code) end as destination,
    {{ if_delivered('reported.received', 'publishers.partner is not null') }} as received,
    reported.decided,
    reported.granted,
    {{ if_published('reported.refused', 'refused') }} as refused,
    {{ if_other_outcomes_published('reported.other') }} as other,
    {{ if_delivered('reported.received_previous_year', 'publishers.partner is not null') }} as received_previous_year,
    reported.decided_previous_year,
    reported.is_total,
    {{ printed_order('reported.decided desc, reported.received desc, reported.destination_code') }} as sort_order
from reported
left join publishers on reported.partner = publishers.partner
left join {{ ref('dim_partners') }} as partners on reported.partner = partners.partner
left join {{ ref('dim_countries') }} as countries on reported.destination_code = countries.country_code
order by reported.period, reported.partner, sort_order
