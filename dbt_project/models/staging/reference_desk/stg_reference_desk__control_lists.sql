with current_control_lists as (

    {{ current_rows(source('raw', 'reference_desk__control_lists'), ['list_id', 'list_version', 'code'], 'periodic') }}

)

select
    partner,
    feed,
    list_id || '/' || list_version || '/' || code as record_ref,
    submission_id,
    source_row_number,
    marking,
    list_id,
    list_version,
    code,
    title,
    valid_from,
    valid_to,
    predecessor
from current_control_lists
