with delivered as (

    {{ current_rows(source('raw', 'intelligence_service__reports'), ['report_ref'], 'periodic') }}

)

select
    partner,
    feed,
    report_ref as record_ref,
    submission_id,
    source_row_number,
    marking,
    report_ref,
    received_on,
    grading_scheme,
    source_reliability,
    info_credibility,
    handling_code,
    marking_level,
    marking_tlp,
    release_to,
    exclude,
    purposes,
    subjects,
    control_codes,
    destination_country,
    summary,
    review_on
from delivered
