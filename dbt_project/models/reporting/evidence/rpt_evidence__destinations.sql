-- A decision on goods for several countries stands once for each of them; a refusal with the criteria that it cites.
with line_destinations as (

    select distinct partner, application_ref, destination_codes from {{ ref('fct_licence_lines') }}

),

destinations as (

    select distinct partner, application_ref, piece as destination_code
    from ({{ pieces_of('line_destinations', 'destination_codes', '|', ['partner', 'application_ref']) }}) as pieces

),

{{ criteria_cited() }},

-- A partner that never cites a criterion does not publish them.
publishers as (

    select distinct partner from cited

)

select
    {{ evidence_row('decisions', 'fct_decisions', 'decisions.decided_on') }},
    coalesce(destinations.destination_code, 'XX') as destination_code,
    nullif(destinations.destination_code, 'XX') as known_destination_code,
    case when decisions.outcome = 'refused' then nullif(destinations.destination_code, 'XX') end as refused_destination_code,
    decisions.outcome,
    {{ counted_if("decisions.outcome = 'granted'") }} as granted,
    {{ counted_if("decisions.outcome = 'refused'") }} as refused,
    {{ counted_if("decisions.outcome not in ('granted', 'refused')") }} as other,
    {% for column in criteria_columns() -%}
    {{ counted_if("decisions.outcome = 'refused' and cited." ~ column ~ ' = 1') }} as {{ column }},
    {% endfor -%}
    {{ counted_if("decisions.outcome = 'refused' and cited.partner is null and publishers.partner is not null") }} as criterion_none,
    cast(1 as integer) as decisions
from {{ ref('fct_decisions') }} as decisions
left join destinations
    on decisions.partner = destinations.partner and decisions.application_ref = destinations.application_ref
left join cited on decisions.partner = cited.partner and decisions.decision_ref = cited.decision_ref
left join publishers on decisions.partner = publishers.partner
where decisions.decided_on is not null and decisions.counts_as = 'first_outcome'
