-- A finding quotes the value it found: it is marked for its originator alone, whatever the marking of its row.
select
    partner,
    feed,
    submission_id || '/' || cast(source_row_number as string) as record_ref,
    submission_id,
    source_row_number,
    '{"originator":"' || partner
    || '","level":"restricted","tlp":"RED","release_to":[],"exclude":[],"purposes":null}' as marking,
    rule,
    severity,
    field,
    value_before,
    value_after,
    message
from {{ source('raw', 'row_findings') }}
