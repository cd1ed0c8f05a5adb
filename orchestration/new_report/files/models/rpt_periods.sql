-- A <<period>> is reported for a partner that has anything to say of it.
select
    partner,
    cast(<<number>> as integer) as period_number,
    cast(count(*) as bigint) as records
from {{ ref('fct_applications') }}
where submitted_on is not null
group by partner, <<number>>
order by partner, period_number
