with current_refusal_criteria as (

    {{ current_rows(source('raw', 'uk_export_control__refusal_criteria'), ['licence_group', 'criterion_code'], 'snapshot') }}

)

select
    partner,
    feed,
    licence_group || '/' || criterion_code as record_ref,
    submission_id,
    source_row_number,
    marking,
    licence_group,
    criterion_code,
    criterion_text
from current_refusal_criteria
