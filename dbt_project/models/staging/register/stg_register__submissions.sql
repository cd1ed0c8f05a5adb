-- A record of the register concerns the partner who submitted and the operator: it is marked for its originator
-- alone.
select
    partner,
    feed,
    id as record_ref,
    id as submission_id,
    cast(null as bigint) as source_row_number,
    '{"originator":"' || partner
    || '","level":"restricted","tlp":"RED","release_to":[],"exclude":[],"purposes":null}' as marking,
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
from {{ source('raw', 'submissions') }}
