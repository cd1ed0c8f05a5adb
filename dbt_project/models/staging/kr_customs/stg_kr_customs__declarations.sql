with delivered as (

    {{ current_rows(source('raw', 'kr_customs__declarations'), ['declaration_id'], 'snapshot') }}

)

select
    partner,
    feed,
    declaration_id as record_ref,
    submission_id,
    source_row_number,
    marking,
    declaration_id,
    declared_on,
    office_id,
    process_type,
    import_type,
    import_use,
    payment_type,
    transport_mode,
    declarant_id,
    importer_id,
    seller_id,
    courier_id,
    hs_code,
    departure_country,
    origin_country,
    tax_rate,
    tax_type,
    origin_indicator,
    net_mass_kg,
    item_price,
    fraud,
    critical_fraud
from delivered
