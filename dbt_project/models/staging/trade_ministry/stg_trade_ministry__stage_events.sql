with current_stage_events as (

    {{ current_rows(source('raw', 'trade_ministry__stage_events'), ['application_ref', 'event_no'], 'periodic') }}

)

select
    partner,
    feed,
    application_ref || '/' || cast(event_no as varchar) as record_ref,
    submission_id,
    source_row_number,
    marking,
    application_ref,
    event_no,
    event_type,
    event_at,
    department
from current_stage_events
