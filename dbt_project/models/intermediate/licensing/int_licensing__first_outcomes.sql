-- One row per application of the trade ministry that has been decided: its first outcome and the one that stands now.
--
-- A revocation is no outcome of an application (the licence was granted, and then taken back): it counts beside the outcomes, never
-- among them. An appeal that succeeds changes the outcome that stands, never the first one.
with outcomes as (

    select
        *,
        row_number() over (partition by application_ref order by decided_at, decision_ref) as from_first,
        row_number() over (partition by application_ref order by decided_at desc, decision_ref desc) as from_last
    from {{ ref('int_licensing__ministry_decisions') }}
    where outcome <> 'revoked'

)

select
    first_ones.application_ref,
    first_ones.decision_ref as first_decision_ref,
    first_ones.decided_at as first_outcome_at,
    first_ones.decided_on as first_outcome_on,
    first_ones.outcome as first_outcome,
    standing.decision_ref,
    standing.decided_on,
    standing.outcome,
    standing.outcome_code,
    standing.licence_ref,
    standing.expires_on
from outcomes as first_ones
inner join outcomes as standing on first_ones.application_ref = standing.application_ref and standing.from_last = 1
where first_ones.from_first = 1
