with current_goods_lines as (

    {{ current_rows(source('raw', 'trade_ministry__goods_lines'), ['application_ref', 'line_no'], 'periodic') }}

)

select
    partner,
    feed,
    application_ref || '/' || cast(line_no as varchar) as record_ref,
    submission_id,
    source_row_number,
    marking,
    application_ref,
    line_no,
    description,
    control_code,
    hs_code,
    quantity,
    unit,
    value,
    currency
from current_goods_lines
