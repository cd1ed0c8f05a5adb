-- One row per currency and calendar day: the reference rate of that day or of the last earlier day that has one (`rate_on`).
-- A currency's newest rate holds to the end of the calendar, for a rate that has not come yet is no reason to lose a value: `rate_on`
-- shows how old it is. Days before the first rate of a currency have no row. The euro is a currency like the others, at 1.
with fixed_rates as (

    select
        currency_code,
        rate_on,
        units_per_eur,
        coalesce(
            {{ day_plus('lead(rate_on) over (partition by currency_code order by rate_on)', -1) }},
            date '{{ var("calendar_end") }}'
        ) as holds_until
    from {{ ref('fct_reference_rates') }}

)

select
    currency_code,
    cast({{ days_between('rate_on', 'holds_until') }} as date) as date_on,
    rate_on,
    units_per_eur
from fixed_rates

union all

select
    'EUR' as currency_code,
    date_on,
    date_on as rate_on,
    cast(1 as decimal(18, 8)) as units_per_eur
from {{ ref('int_dates__calendar') }}
