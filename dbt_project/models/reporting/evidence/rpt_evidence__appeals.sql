-- An appeal stands on the day it was lodged, standing until it was decided, and on that day once more, in the authority's own time.
with appeals as (

    select
        appeals.*,
        applications.licence_type,
        cast({{ local_time('appeals.lodged_at', 'partners.timezone') }} as date) as lodged_on,
        cast({{ local_time('appeals.decided_at', 'partners.timezone') }} as date) as decided_on
    from {{ ref('fct_appeals') }} as appeals
    inner join {{ ref('dim_partners') }} as partners on appeals.partner = partners.partner
    left join {{ ref('fct_applications') }} as applications
        on appeals.partner = applications.partner and appeals.application_ref = applications.application_ref

)

select
    {{ evidence_row('appeals', 'fct_appeals', 'appeals.lodged_on') }},
    appeals.decided_on as counts_until_on,
    appeals.licence_type as licence_type_code,
    cast(1 as integer) as lodged,
    cast(0 as integer) as decided,
    cast(0 as integer) as upheld,
    cast(0 as integer) as dismissed
from appeals
where appeals.lodged_on is not null

union all

select
    {{ evidence_row('appeals', 'fct_appeals', 'appeals.decided_on') }},
    appeals.decided_on as counts_until_on,
    appeals.licence_type as licence_type_code,
    cast(0 as integer) as lodged,
    cast(1 as integer) as decided,
    {{ counted_if("appeals.is_upheld") }} as upheld,
    {{ counted_if("appeals.is_upheld is not true") }} as dismissed
from appeals
where appeals.decided_on is not null
