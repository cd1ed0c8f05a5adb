select
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    decision_ref,
    application_ref,
    decided_on,
    criterion_code,
    criterion
from {{ ref('int_licensing__criteria') }}
order by partner, decision_ref, criterion_code
