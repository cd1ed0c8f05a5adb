with seizures as (

    select
        *,
        {{ normalise_rating('control_code') }} as rating
    from {{ ref('stg_customs_service__seizures') }}

),

rates as (

    select * from {{ ref('int_currencies__rates_by_day') }}

)

select
    seizures.partner,
    seizures.feed,
    seizures.record_ref,
    seizures.submission_id,
    seizures.source_row_number,
    seizures.marking,
    seizures.seizure_ref,
    seizures.mrn as declaration_ref,
    seizures.seized_on,
    seizures.released_on,
    seizures.released_on is not null as is_released,
    seizures.office_code,
    seizures.legal_ground,
    seizures.goods_description,
    seizures.control_code as rating_code,
    seizures.rating,
    seizures.hs_code,
    seizures.quantity,
    seizures.unit as unit_code,
    seizures.value,
    seizures.currency,
    rates.rate_on,
    rates.units_per_eur as fx_rate,
    {{ value_in_eur('seizures.value', 'rates.units_per_eur') }} as value_eur,
    seizures.destination_country as destination_code,
    seizures.exporter_name,
    seizures.consignee_name,
    seizures.consignee_country as consignee_country_code,
    seizures.licence_ref
from seizures
left join rates
    on seizures.currency = rates.currency_code and seizures.seized_on = rates.date_on
