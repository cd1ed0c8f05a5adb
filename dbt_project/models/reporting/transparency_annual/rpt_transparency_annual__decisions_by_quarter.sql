-- The four quarters of the year and their sum, counted as in decisions_by_type_and_outcome. Null: no decision of the quarter was
-- delivered, which is not a quarter without decisions.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'transparency_annual'

),

-- All four of them, whether anything was delivered or not.
quarters as (

    select distinct
        periods.partner,
        periods.period,
        {{ quarter_number('days.date_on') }} as quarter_number,
        quarter(days.date_on) as quarter
    from periods
    inner join {{ ref('dim_dates') }} as days on year(days.date_on) = periods.period_number

),

counted as (

    select
        partner,
        {{ quarter_number('decided_on') }} as quarter_number,
        {{ outcome_counts() }}
    from (
        select *, {{ is_first_outcome() }} as is_first from {{ ref('fct_decisions') }} where decided_on is not null
    ) as decisions
    group by partner, {{ quarter_number('decided_on') }}

),

reported as (

    select
        quarters.period,
        quarters.partner,
        quarters.quarter,
        grouping(quarters.quarter) = 1 as is_total,
        sum(counted.granted) as granted,
        sum(counted.refused) as refused,
        sum(counted.nlr) as nlr,
        sum(counted.withdrawn) as withdrawn,
        sum(counted.stopped) as stopped,
        sum(counted.processed) as processed,
        sum(counted.revoked) as revoked
    from quarters
    left join counted on quarters.partner = counted.partner and quarters.quarter_number = counted.quarter_number
    group by grouping sets ((quarters.period, quarters.partner, quarters.quarter), (quarters.period, quarters.partner))

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else 'Q' || cast(reported.quarter as string) end as quarter_code,
    case when reported.is_total then 'Whole year' else 'Quarter ' || cast(reported.quarter as string) end as quarter_name,
    cast({{ if_published('reported.granted', 'granted') }} as bigint) as granted,
    cast({{ if_published('reported.refused', 'refused') }} as bigint) as refused,
    cast({{ if_published('reported.nlr', 'nlr') }} as bigint) as nlr,
    cast({{ if_published('reported.withdrawn', 'withdrawn') }} as bigint) as withdrawn,
    cast({{ if_published('reported.stopped', 'stopped') }} as bigint) as stopped,
    cast(reported.processed as bigint) as processed,
    {{ share('reported.processed', of_total('processed')) }} as share_of_processed,
    cast({{ if_published('reported.revoked', 'revoked') }} as bigint) as revoked,
    reported.is_total,
    {{ printed_order('reported.quarter') }} as sort_order
from reported
left join {{ ref('dim_partners') }} as partners on reported.partner = partners.partner
order by reported.period, reported.partner, sort_order
