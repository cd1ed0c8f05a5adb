-- A value with a currency and a rate on or before its day is in euro too; a euro is a euro.
select record_ref, value, currency, rate_on, value_eur from {{ ref('fct_declarations') }}
where (rate_on is not null and value is not null and value_eur is null)
    or (currency = 'EUR' and value <> value_eur)

union all

select record_ref, value, currency, rate_on, value_eur from {{ ref('fct_seizures') }}
where (rate_on is not null and value is not null and value_eur is null)
    or (currency = 'EUR' and value <> value_eur)

union all

select record_ref, amount as value, currency, rate_on, amount_eur as value_eur from {{ ref('fct_penalties') }}
where (rate_on is not null and amount is not null and amount_eur is null)
    or (currency = 'EUR' and amount <> amount_eur)
