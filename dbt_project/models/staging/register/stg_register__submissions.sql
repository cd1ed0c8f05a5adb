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
    supersedes,
    file_name,
    sha256,
    bytes,
    received_at,
    contract_version,
    status,
    reason,
    rows_read,
    rows_accepted,
    rows_quarantined,
    rows_duplicate,
    rows_repaired,
    rows_warned
from {{ source('raw', 'submissions') }}
