-- The offence and the value of the goods come from the case; a penalty whose case has not been delivered stands
-- without them.
with penalties as (

    select * from {{ ref('stg_prosecution_service__penalties') }}

),

cases as (

    select
        case_ref,
        partner,
        offence_code,
        offence,
        goods_value_eur
    from {{ ref('fct_enforcement_cases') }}

),

dispositions as (

    select * from {{ ref('dispositions') }}

),

rates as (

    select * from {{ ref('int_currencies__rates_by_day') }}

),

converted as (

    select
        penalties.*,
        rates.rate_on,
        rates.units_per_eur as fx_rate,
        {{ value_in_eur('penalties.amount', 'rates.units_per_eur') }} as amount_eur
    from penalties
    left join rates
        on penalties.currency = rates.currency_code and penalties.imposed_on = rates.date_on

)

select
    converted.partner,
    converted.feed,
    converted.record_ref,
    converted.submission_id,
    converted.source_row_number,
    converted.marking,
    converted.penalty_ref,
    converted.case_ref,
    cases.offence_code,
    cases.offence,
    converted.imposed_on,
    converted.disposition,
    dispositions.is_penalty = 'true' as is_penalty,
    dispositions.is_monetary = 'true' as is_monetary,
    dispositions.is_custodial = 'true' as is_custodial,
    converted.amount,
    converted.currency,
    converted.rate_on,
    converted.fx_rate,
    converted.amount_eur,
    cases.goods_value_eur,
    cast(converted.custody_months as integer) as custody_months,
    converted.is_under_appeal,
    converted.is_named_publicly
from converted
left join dispositions on converted.disposition = dispositions.code
left join cases on converted.case_ref = cases.case_ref and converted.partner = cases.partner
