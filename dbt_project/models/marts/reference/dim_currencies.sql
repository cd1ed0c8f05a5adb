with rates as (

    select
        currency_code,
        min(rate_on) as first_rate_on,
        max(rate_on) as last_rate_on,
        count(*) as rates
    from {{ ref('fct_reference_rates') }}
    group by currency_code

)

select
    currencies.code as currency_code,
    currencies.name,
    cast(currencies.minor_units as integer) as minor_units,
    currencies.valid_from,
    currencies.valid_to,
    nullif(currencies.replaced_by, '') as replaced_by,
    cast(nullif(currencies.units_per_successor, '') as decimal(18, 6)) as units_per_successor,
    currencies.succeeded_on,
    rates.first_rate_on,
    rates.last_rate_on,
    coalesce(rates.rates, 0) as rates
from {{ ref('currencies') }} as currencies
left join rates on currencies.code = rates.currency_code
order by currencies.code
