-- One row per item of a customs declaration, of all customs services alike; before conversion to euro. The Korean
-- set holds imports: the seller abroad stands as exporter, the importer as consignee, and its price has no
-- currency.
with exports as (

    select * from {{ ref('stg_customs_service__export_declarations') }}

),

imports as (

    select * from {{ ref('stg_kr_customs__declarations') }}

),

document_codes as (

    select * from {{ ref('document_codes') }}

)

select
    exports.partner,
    exports.feed,
    exports.record_ref,
    exports.submission_id,
    exports.source_row_number,
    exports.marking,
    'export' as direction,
    exports.mrn as declaration_ref,
    cast(exports.item_no as integer) as item_no,
    exports.office_code,
    exports.accepted_on as declared_on,
    exports.exit_on,
    exports.exporter_eori as exporter_ref,
    exports.exporter_name,
    cast(null as string) as consignee_ref,
    exports.consignee_name,
    exports.consignee_country as consignee_country_code,
    'XA' as departure_code,
    exports.destination_country as destination_code,
    exports.transit_country as transit_code,
    cast(null as string) as origin_code,
    exports.hs_code,
    exports.goods_description,
    exports.net_mass_kg,
    exports.quantity,
    exports.unit as unit_code,
    exports.statistical_value as value,
    exports.currency,
    exports.document_code,
    exports.document_ref,
    coalesce(document_codes.is_licence = 'true', false) as has_licence_document,
    coalesce(document_codes.is_waiver = 'true', false) as has_waiver_document
from exports
left join document_codes on exports.document_code = document_codes.code

union all

select
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    'import' as direction,
    declaration_id as declaration_ref,
    1 as item_no,
    office_id as office_code,
    declared_on,
    cast(null as date) as exit_on,
    seller_id as exporter_ref,
    cast(null as string) as exporter_name,
    importer_id as consignee_ref,
    cast(null as string) as consignee_name,
    'KR' as consignee_country_code,
    departure_country as departure_code,
    'KR' as destination_code,
    cast(null as string) as transit_code,
    origin_country as origin_code,
    hs_code,
    cast(null as string) as goods_description,
    net_mass_kg,
    cast(null as decimal(18, 3)) as quantity,
    cast(null as string) as unit_code,
    cast(item_price as decimal(18, 2)) as value,
    cast(null as string) as currency,
    cast(null as string) as document_code,
    cast(null as string) as document_ref,
    false as has_licence_document,
    false as has_waiver_document
from imports
