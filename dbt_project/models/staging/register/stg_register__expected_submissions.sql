-- As a record of the register, what a partner owes concerns him and the operator alone.
select
    partner,
    feed,
    partner || '/' || feed || '/' || period as record_ref,
    submission_id,
    cast(null as bigint) as source_row_number,
    '{"originator":"' || partner
    || '","level":"restricted","tlp":"RED","release_to":[],"exclude":[],"purposes":null}' as marking,
    period,
    last_on,
    due_on,
    state,
    days_late
from {{ source('raw', 'expected_submissions') }}
