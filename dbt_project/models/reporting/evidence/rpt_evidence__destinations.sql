-- A decision on goods for several countries stands once for each of them.
with line_destinations as (

    select distinct partner, application_ref, destination_codes from {{ ref('fct_licence_lines') }}

),

destinations as (

    select distinct partner, application_ref, piece as destination_code
    from ({{ pieces_of('line_destinations', 'destination_codes', '|', ['partner', 'application_ref']) }}) as pieces

)

select
    {{ evidence_row('decisions', 'fct_decisions', 'decisions.decided_on') }},
    coalesce(destinations.destination_code, 'XX') as destination_code,
    nullif(destinations.destination_code, 'XX') as known_destination_code,
    decisions.outcome,
    {{ counted_if("decisions.outcome = 'granted'") }} as granted,
    {{ counted_if("decisions.outcome = 'refused'") }} as refused,
    {{ counted_if("decisions.outcome not in ('granted', 'refused')") }} as other,
    cast(1 as integer) as decisions
from {{ ref('fct_decisions') }} as decisions
left join destinations
    on decisions.partner = destinations.partner and decisions.application_ref = destinations.application_ref
where decisions.decided_on is not null and decisions.counts_as = 'first_outcome'
