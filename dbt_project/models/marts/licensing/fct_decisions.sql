select
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    decision_ref,
    application_ref,
    licence_ref,
    licence_type,
    decided_at,
    decided_on,
    outcome,
    outcome_code,
    is_on_appeal,
    expires_on,
    counts_as
from {{ ref('int_licensing__decisions') }}
order by partner, decision_ref, outcome
