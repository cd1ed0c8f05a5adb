with declarations as (

    select * from {{ ref('int_enforcement__declarations') }}

),

rates as (

    select * from {{ ref('int_currencies__rates_by_day') }}

)

select
    declarations.partner,
    declarations.feed,
    declarations.record_ref,
    declarations.submission_id,
    declarations.source_row_number,
    declarations.marking,
    declarations.direction,
    declarations.declaration_ref,
    declarations.item_no,
    declarations.office_code,
    declarations.declared_on,
    declarations.exit_on,
    declarations.exporter_ref,
    declarations.exporter_name,
    declarations.consignee_ref,
    declarations.consignee_name,
    declarations.consignee_country_code,
    declarations.departure_code,
    declarations.destination_code,
    declarations.transit_code,
    declarations.origin_code,
    declarations.hs_code,
    substr(declarations.hs_code, 1, 6) as hs6_code,
    declarations.goods_description,
    declarations.net_mass_kg,
    declarations.quantity,
    declarations.unit_code,
    declarations.value,
    declarations.currency,
    rates.rate_on,
    rates.units_per_eur as fx_rate,
    {{ value_in_eur('declarations.value', 'rates.units_per_eur') }} as value_eur,
    declarations.document_code,
    declarations.document_ref,
    declarations.has_licence_document,
    declarations.has_waiver_document
from declarations
left join rates
    on declarations.currency = rates.currency_code and declarations.declared_on = rates.date_on
