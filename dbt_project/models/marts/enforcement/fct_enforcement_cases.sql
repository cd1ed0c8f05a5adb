-- The value of the goods is converted at the rate of the day on which the case was opened: it does not move with
-- the case.
with cases as (

    select * from {{ ref('stg_prosecution_service__cases') }}

),

offences as (

    select * from {{ ref('offences') }}

),

statuses as (

    select * from {{ ref('case_statuses') }}

),

rates as (

    select * from {{ ref('int_currencies__rates_by_day') }}

)

select
    cases.partner,
    cases.feed,
    cases.record_ref,
    cases.submission_id,
    cases.source_row_number,
    cases.marking,
    cases.case_ref,
    cases.opened_on,
    cases.concluded_on,
    cases.offence_code,
    offences.offence,
    cases.origin,
    cases.status,
    statuses.is_closed = 'true' as is_closed,
    cases.accused_name,
    cases.accused_country as accused_country_code,
    cases.seizure_ref,
    cases.goods_value,
    cases.currency,
    rates.rate_on,
    rates.units_per_eur as fx_rate,
    {{ value_in_eur('cases.goods_value', 'rates.units_per_eur') }} as goods_value_eur
from cases
left join offences on cases.offence_code = offences.code
left join statuses on cases.status = statuses.code
left join rates
    on cases.currency = rates.currency_code and cases.opened_on = rates.date_on
