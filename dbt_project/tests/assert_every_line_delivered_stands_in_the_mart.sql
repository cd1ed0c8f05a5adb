-- Harmonising loses and doubles nothing: as many licence lines per partner in the mart as in the staging models, and the same value as given.
with delivered as (

    select partner, count(*) as lines, sum(value) as value from {{ ref('stg_trade_ministry__goods_lines') }} group by partner
    union all
    select partner, count(*) as lines, sum(value) as value from {{ ref('stg_allied_licensing_authority__decisions') }} group by partner
    union all
    select partner, count(*) as lines, sum(value) as value from {{ ref('stg_uk_export_control__licence_decisions') }} group by partner
    union all
    select partner, count(*) as lines, sum(value) as value from {{ ref('stg_nl_foreign_affairs__dual_use_licences') }} group by partner

),

held as (

    select partner, count(*) as lines, sum(value) as value from {{ ref('fct_licence_lines') }} group by partner

)

select
    delivered.*,
    held.lines as lines_held,
    held.value as value_held
from delivered
full outer join held on delivered.partner = held.partner
where delivered.lines is distinct from held.lines or delivered.value is distinct from held.value
