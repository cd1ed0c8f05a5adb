-- The rate of false hits is measured on what people have judged: cleared of cleared and confirmed. Hits that are open
-- are counted beside it, so that a rate on few judgements is seen to be one.
with hits as (

    select * from {{ ref('fct_screening_hits') }}

),

lists as (

    select * from {{ ref('screening_lists') }}
    where is_screened = 'true'

),

groups as (

    select
        code as list_code,
        label as list_name
    from lists

    union all

    select
        'all' as list_code,
        'All lists' as list_name

),

counted as (

    select
        groups.list_code,
        groups.list_name,
        count(hits.hit_id) as hits,
        sum(case when hits.disposition = 'open' then 1 else 0 end) as open_hits,
        sum(case when hits.disposition = 'cleared' then 1 else 0 end) as cleared,
        sum(case when hits.disposition = 'confirmed' then 1 else 0 end) as confirmed
    from groups
    left join hits on groups.list_code in (hits.list_code, 'all')
    group by groups.list_code, groups.list_name

)

select
    list_code,
    list_name,
    cast(hits as bigint) as hits,
    cast(open_hits as bigint) as open_hits,
    cast(cleared as bigint) as cleared,
    cast(confirmed as bigint) as confirmed,
    cast(cleared + confirmed as bigint) as judged,
    cast(round(100.0 * cleared / nullif(cleared + confirmed, 0), 1) as decimal(5, 1)) as false_positive_share
from counted
