with submissions as (

    select * from {{ ref('stg_register__submissions') }}

)

select
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    sequence,
    period,
    kind,
    acts_as,
    supersedes,
    file_name,
    sha256,
    bytes,
    received_at,
    issued_at,
    signed_by,
    contract_version,
    status,
    reason,
    rows_read,
    rows_accepted,
    rows_quarantined,
    rows_duplicate,
    rows_repaired,
    rows_warned,
    coverage_begins_on,
    coverage_ends_on,
    coverage
from submissions
