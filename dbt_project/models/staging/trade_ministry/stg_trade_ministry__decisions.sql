with current_decisions as (

    {{ current_rows(source('raw', 'trade_ministry__decisions'), ['decision_ref'], 'periodic') }}

)

select
    partner,
    feed,
    decision_ref as record_ref,
    submission_id,
    source_row_number,
    marking,
    decision_ref,
    application_ref,
    decision,
    decided_at,
    licence_ref,
    criteria,
    valid_until,
    conditions
from current_decisions
