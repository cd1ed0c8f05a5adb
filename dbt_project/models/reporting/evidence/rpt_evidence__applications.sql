select
    {{ evidence_row('applications', 'fct_applications', 'applications.first_outcome_on') }},
    applications.licence_type as licence_type_code,
    coalesce(applications.end_user_type_code, 'none') as end_user_type_code,
    applications.first_outcome,
    {{ counted_if("applications.first_outcome = 'granted'") }} as granted,
    {{ counted_if("applications.first_outcome = 'refused'") }} as refused,
    {{ counted_if("applications.first_outcome not in ('granted', 'refused')") }} as other,
    applications.working_days_to_first_outcome as days,
    cast(1 as integer) as decided,
    {{ counted_if("applications.working_days_to_first_outcome is not null") }} as with_known_clock,
    {{ counted_if("applications.working_days_to_first_outcome <= 20") }} as within_20,
    {{ counted_if("applications.working_days_to_first_outcome <= 60") }} as within_60
from {{ ref('fct_applications') }} as applications
where applications.first_outcome_on is not null and applications.superseded_by_ref is null
