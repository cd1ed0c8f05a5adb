-- One row per currency and calendar day: the reference rate of that day or of the last earlier day that has one (`rate_on`).
-- A currency's newest rate holds to the end of the calendar, for a rate that has not come yet is no reason to lose a value: `rate_on`
-- shows how old it is. Days before the first rate of a currency have no row. The euro is a currency like the others, at 1.
--
-- From the day on which a currency has a successor (`succeeded_on`) its own rate counts no longer: it is converted by law, at the irrevocable
-- rate into euro (Regulations (EC) No 1103/97 and 974/98) or, redenominated, as so many units of its successor at the rate of the day. Each
-- hop follows one succession; BGL, BGN, EUR is the longest that a bank has rates for (contracts/currencies.py refuses longer ones).
{%- set hops = 3 %}
with currencies as (

    select
        code,
        replaced_by,
        cast(nullif(units_per_successor, '') as decimal(20, 6)) as units_per_successor,
        -- The euro is 1 on every day: of what it replaced the rate is worked out once, and not for each day.
        case
            when replaced_by = 'EUR'
                then cast(cast(nullif(units_per_successor, '') as decimal(20, 6)) as decimal(18, 8))
        end as irrevocable_rate,
        succeeded_on
    from {{ ref('currencies') }}

),

fixed_rates as (

    select
        currency_code,
        rate_on,
        units_per_eur,
        coalesce(
            {{ day_plus('lead(rate_on) over (partition by currency_code order by rate_on)', -1) }},
            date '{{ var("calendar_end") }}'
        ) as holds_until
    from {{ ref('fct_reference_rates') }}

),

banks as (

    select
        currency_code,
        cast({{ days_between('rate_on', 'holds_until') }} as date) as date_on,
        rate_on,
        units_per_eur
    from fixed_rates

),

hop_0 as (

    select
        banks.currency_code,
        banks.date_on,
        banks.rate_on,
        banks.units_per_eur
    from banks
    inner join currencies on banks.currency_code = currencies.code
    where currencies.succeeded_on is null or banks.date_on < currencies.succeeded_on

    union all

    select
        'EUR' as currency_code,
        date_on,
        date_on as rate_on,
        cast(1 as decimal(18, 8)) as units_per_eur
    from {{ ref('int_dates__calendar') }}

){% for hop in range(1, hops + 1) %},

hop_{{ hop }} as (

    select
        currencies.code as currency_code,
        successors.date_on,
        successors.rate_on,
        coalesce(
            currencies.irrevocable_rate,
            cast(successors.units_per_eur * currencies.units_per_successor as decimal(18, 8))
        ) as units_per_eur
    from currencies
    inner join hop_{{ hop - 1 }} as successors on currencies.replaced_by = successors.currency_code
    where successors.date_on >= currencies.succeeded_on

){% endfor %}
{% for hop in range(0, hops + 1) %}
select
    currency_code,
    date_on,
    rate_on,
    units_per_eur
from hop_{{ hop }}
{%- if not loop.last %}

union all
{% endif %}
{%- endfor %}
