-- One row per currency and day on which a reference rate was fixed: units of the currency for one euro.
-- Two central banks may deliver; where both fix a rate for the same day, that of the ECB is taken.
{%- set feeds = [
    {'relation': ref('stg_ecb__reference_rates'), 'rank': 1, 'currencies': [
        'usd', 'jpy', 'bgn', 'cyp', 'czk', 'dkk', 'eek', 'gbp', 'huf', 'ltl', 'lvl', 'mtl', 'pln', 'rol', 'ron', 'sek', 'sit', 'skk',
        'chf', 'isk', 'nok', 'hrk', 'rub', 'trl', 'try', 'aud', 'brl', 'cad', 'cny', 'hkd', 'idr', 'ils', 'inr', 'krw', 'mxn', 'myr',
        'nzd', 'php', 'sgd', 'thb', 'zar']},
    {'relation': ref('stg_central_bank__reference_rates'), 'rank': 2, 'currencies': ['usd', 'jpy', 'gbp', 'sek', 'nok', 'chf']},
] %}
with fixed_rates as (

    {% for feed in feeds %}
    select
        wide.partner,
        wide.feed,
        wide.record_ref,
        wide.submission_id,
        wide.source_row_number,
        wide.marking,
        wide.date as rate_on,
        currencies.code as currency_code,
        case currencies.code
            {% for currency in feed.currencies -%}
            when '{{ currency | upper }}' then wide.{{ adapter.quote(currency) }}
            {% endfor %}
        end as units_per_eur,
        {{ feed.rank }} as feed_rank
    from {{ feed.relation }} as wide
    cross join {{ ref('currencies') }} as currencies
    where currencies.code in ({% for currency in feed.currencies %}'{{ currency | upper }}'{{ ", " if not loop.last }}{% endfor %})
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

ranked as (

    select
        *,
        row_number() over (partition by currency_code, rate_on order by feed_rank) as choice
    from fixed_rates
    where units_per_eur is not null

)

select
    partner,
    feed,
    record_ref || '/' || currency_code as record_ref,
    submission_id,
    source_row_number,
    marking,
    currency_code,
    rate_on,
    units_per_eur
from ranked
where choice = 1
