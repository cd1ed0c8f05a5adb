with delivered as (

    {{ current_rows(source('raw', 'customs_service__export_declarations'), ['mrn', 'item_no'], 'periodic') }}

)

select
    partner,
    feed,
    mrn || '/' || cast(item_no as string) as record_ref,
    submission_id,
    source_row_number,
    marking,
    mrn,
    item_no,
    office_code,
    accepted_on,
    exit_on,
    exporter_eori,
    exporter_name,
    consignee_name,
    consignee_country,
    destination_country,
    transit_country,
    hs_code,
    goods_description,
    net_mass_kg,
    quantity,
    unit,
    statistical_value,
    currency,
    document_code,
    document_ref
from delivered
