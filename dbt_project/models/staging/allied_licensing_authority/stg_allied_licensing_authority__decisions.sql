-- Criteria arrive parted by commas ('2c, 4') and leave in the house's form ('2c|4').
with current_decisions as (

    {{ current_rows(source('raw', 'allied_licensing_authority__decisions'), ['dossier_ref', 'line_no'], 'periodic') }}

)

select
    partner,
    feed,
    dossier_ref || '/' || cast(line_no as varchar) as record_ref,
    submission_id,
    source_row_number,
    marking,
    dossier_ref,
    line_no,
    licence_type,
    submitted_on,
    decided_on,
    decision,
    licence_ref,
    applicant_name,
    consignee_name,
    destination_country,
    goods_description,
    control_code,
    quantity,
    unit,
    value,
    currency,
    replace(replace(criteria, ' ', ''), ',', '|') as criteria
from current_decisions
