with findings as (

    select * from {{ ref('stg_register__row_findings') }}

)

select
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    rule,
    severity,
    field,
    value_before,
    value_after,
    message
from findings
