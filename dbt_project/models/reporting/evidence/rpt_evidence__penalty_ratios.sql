-- A penalty in money over the value of the goods of its case, where both are known.
select
    {{ evidence_row('penalties', 'fct_penalties', 'penalties.imposed_on') }},
    penalties.offence_code,
    cast(1 as integer) as with_ratio,
    cast(round(cast(penalties.amount_eur as double) / cast(penalties.goods_value_eur as double), 3) as decimal(12, 3)) as ratio
from {{ ref('fct_penalties') }} as penalties
where
    penalties.imposed_on is not null and penalties.is_penalty and penalties.is_monetary
    and penalties.amount_eur is not null and penalties.goods_value_eur > 0
