-- Rows keep their sign: what a licence has used is the sum of its rows, in which contra and adjustment lines
-- reverse earlier ones.
with usages as (

    select * from {{ ref('stg_customs_service__licence_usages') }}

),

usage_types as (

    select * from {{ ref('usage_types') }}

),

rates as (

    select * from {{ ref('int_currencies__rates_by_day') }}

)

select
    usages.partner,
    usages.feed,
    usages.record_ref,
    usages.submission_id,
    usages.source_row_number,
    usages.marking,
    usages.usage_ref,
    usages.licence_ref,
    cast(usages.line_no as integer) as line_no,
    usages.usage_type,
    usage_types.is_reversal = 'true' as is_reversal,
    usages.mrn as declaration_ref,
    cast(usages.item_no as integer) as item_no,
    usages.control_date as used_on,
    usages.quantity,
    usages.value,
    usages.currency,
    rates.rate_on,
    rates.units_per_eur as fx_rate,
    {{ value_in_eur('usages.value', 'rates.units_per_eur') }} as value_eur
from usages
left join usage_types on usages.usage_type = usage_types.code
left join rates
    on usages.currency = rates.currency_code and usages.control_date = rates.date_on
