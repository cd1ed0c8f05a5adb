-- Parties are counted once on each list and once in the total, so that they do not add up.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'list_changes'

),

listed as (

    select
        period,
        partner,
        list_code,
        list_name,
        is_total
    from {{ ref('rpt_list_changes__lists') }}

),

summed as (

    select
        listed.period,
        listed.partner,
        listed.list_code,
        count(hits.hit_id) as new_hits,
        sum(case when hits.basis = 'in force on the day' then 1 else 0 end) as in_force,
        sum(case when hits.basis = 'listed since' then 1 else 0 end) as listed_since,
        sum(case when hits.disposition = 'open' then 1 else 0 end) as open_hits,
        sum(case when hits.disposition = 'cleared' then 1 else 0 end) as cleared,
        sum(case when hits.disposition = 'confirmed' then 1 else 0 end) as confirmed,
        count(distinct hits.party_id) as parties_hit
    from periods
    inner join listed on periods.period = listed.period and periods.partner = listed.partner
    left join {{ ref('rpt_list_changes__new_hits') }} as hits
        on
            periods.partner = hits.partner
            and periods.period_number = hits.period_number
            and (listed.is_total or listed.list_code = hits.list_code)
    group by listed.period, listed.partner, listed.list_code

),

reported as (

    select
        summed.*,
        listed.list_name,
        listed.is_total
    from summed
    inner join listed
        on
            summed.period = listed.period
            and summed.partner = listed.partner
            and summed.list_code = listed.list_code

)

select
    reported.period,
    reported.partner,
    reported.list_code,
    reported.list_name,
    cast(new_hits as bigint) as new_hits,
    cast(in_force as bigint) as in_force,
    cast(listed_since as bigint) as listed_since,
    cast(open_hits as bigint) as open_hits,
    cast(cleared as bigint) as cleared,
    cast(confirmed as bigint) as confirmed,
    cast(parties_hit as bigint) as parties_hit,
    reported.is_total,
    {{ printed_order('reported.list_code') }} as sort_order
from reported
order by reported.period, reported.partner, sort_order
