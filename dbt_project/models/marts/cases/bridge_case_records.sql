select
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    case_id,
    rule,
    role,
    is_focus,
    is_evidence,
    says,
    happened_on,
    outcome,
    rating,
    destination_code
from {{ ref('int_cases__records') }}
