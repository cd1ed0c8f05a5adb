with inspections as (

    select * from {{ ref('stg_customs_service__inspections') }}

),

results as (

    select * from {{ ref('inspection_results') }}

)

select
    inspections.partner,
    inspections.feed,
    inspections.record_ref,
    inspections.submission_id,
    inspections.source_row_number,
    inspections.marking,
    inspections.inspection_ref,
    inspections.mrn as declaration_ref,
    cast(inspections.item_no as integer) as item_no,
    inspections.inspection_type,
    inspections.trigger,
    inspections.inspected_on,
    inspections.office_code,
    inspections.result,
    results.is_hit = 'true' as is_hit
from inspections
left join results on inspections.result = results.code
