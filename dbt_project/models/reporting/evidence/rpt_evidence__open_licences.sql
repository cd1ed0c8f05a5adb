-- An open licence stands on the day it was granted, and until it expired or was revoked.
with revocations as (

    select partner, licence_ref, min(decided_on) as revoked_on
    from {{ ref('fct_decisions') }}
    where outcome = 'revoked' and licence_ref is not null
    group by partner, licence_ref

)

select
    {{ evidence_row('decisions', 'fct_decisions', 'decisions.decided_on') }},
    case
        when revocations.revoked_on < coalesce(decisions.expires_on, date '9999-12-31') then revocations.revoked_on
        else decisions.expires_on
    end as counts_until_on,
    decisions.licence_type as licence_type_code,
    cast(1 as integer) as granted
from {{ ref('fct_decisions') }} as decisions
left join revocations on decisions.partner = revocations.partner and decisions.licence_ref = revocations.licence_ref
where decisions.outcome = 'granted' and {{ is_open_licence('decisions.licence_type') }} and decisions.decided_on is not null
