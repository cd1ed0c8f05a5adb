select
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    application_ref,
    appeal_no,
    lodged_at,
    decided_at,
    decision_ref,
    is_upheld
from {{ ref('int_licensing__appeals') }}
order by partner, application_ref, appeal_no
