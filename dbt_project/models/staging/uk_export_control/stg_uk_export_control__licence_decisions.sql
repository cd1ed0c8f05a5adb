-- The compilation knows no line numbers: licence, rating and destination together are the reference.
with current_licence_decisions as (

    {{ current_rows(source('raw', 'uk_export_control__licence_decisions'), ['licence_group', 'rating_code', 'destination_country'], 'snapshot') }}

)

select
    partner,
    feed,
    licence_group || '/' || rating_code || '/' || destination_country as record_ref,
    submission_id,
    source_row_number,
    marking,
    licence_group,
    decided_on,
    rating_code,
    line_count,
    value,
    destination_country,
    is_refused
from current_licence_decisions
