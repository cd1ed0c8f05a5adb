-- Grades stay in the terms of their scheme: the same sign means opposite things in two schemes, so none is
-- converted.
with reports as (

    select * from {{ ref('stg_intelligence_service__reports') }}

),

grades as (

    select * from {{ ref('source_grades') }}

)

select
    reports.partner,
    reports.feed,
    reports.record_ref,
    reports.submission_id,
    reports.source_row_number,
    reports.marking,
    reports.report_ref,
    reports.received_on,
    reports.review_on,
    reports.grading_scheme,
    reports.source_reliability,
    source_grades.label as source_reliability_label,
    reports.info_credibility,
    information_grades.label as info_credibility_label,
    reports.handling_code,
    coalesce(reports.subjects, '[]') as subjects,
    {{ json_length('reports.subjects') }} as subject_count,
    coalesce(reports.control_codes, '[]') as rating_codes,
    reports.destination_country as destination_code,
    reports.summary
from reports
left join grades as source_grades
    on
        reports.grading_scheme = source_grades.scheme
        and source_grades.dimension = 'source'
        and reports.source_reliability = source_grades.grade
left join grades as information_grades
    on
        reports.grading_scheme = information_grades.scheme
        and information_grades.dimension = 'information'
        and reports.info_credibility = information_grades.grade
