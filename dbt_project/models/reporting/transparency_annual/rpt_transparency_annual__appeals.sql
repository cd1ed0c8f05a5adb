-- Appeals by the year in which each was lodged and the year in which it was decided, in the authority's own time. Partners that never
-- reported an appeal have no rows.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'transparency_annual'

),

appeals as (

    select
        appeals.partner,
        applications.licence_type as licence_type_code,
        cast({{ local_time('appeals.lodged_at', 'partners.timezone') }} as date) as lodged_on,
        cast({{ local_time('appeals.decided_at', 'partners.timezone') }} as date) as decided_on,
        appeals.is_upheld
    from {{ ref('fct_appeals') }} as appeals
    inner join {{ ref('dim_partners') }} as partners on appeals.partner = partners.partner
    left join {{ ref('fct_applications') }} as applications
        on appeals.partner = applications.partner and appeals.application_ref = applications.application_ref

),

reported as (

    select
        periods.period,
        periods.partner,
        appeals.licence_type_code,
        grouping(appeals.licence_type_code) = 1 as is_total,
        sum(case when appeals.lodged_on >= periods.period_start_on then 1 else 0 end) as lodged,
        sum(case when appeals.decided_on <= periods.period_end_on then 1 else 0 end) as decided,
        sum(case when appeals.decided_on <= periods.period_end_on and appeals.is_upheld then 1 else 0 end) as upheld,
        sum(case when appeals.decided_on is null or appeals.decided_on > periods.period_end_on then 1 else 0 end) as pending_at_end
    from appeals
    inner join periods
        on
            appeals.partner = periods.partner
            and appeals.lodged_on <= periods.period_end_on
            and coalesce(appeals.decided_on, periods.period_start_on) >= periods.period_start_on
    group by grouping sets ((periods.period, periods.partner, appeals.licence_type_code), (periods.period, periods.partner))

)

select
    reported.period,
    reported.partner,
    coalesce(reported.licence_type_code, 'total') as licence_type_code,
    case when reported.is_total then 'All types' else types.name end as licence_type,
    cast(reported.lodged as bigint) as lodged,
    cast(reported.decided as bigint) as decided,
    cast(reported.upheld as bigint) as upheld,
    cast(reported.decided - reported.upheld as bigint) as dismissed,
    {{ share('reported.upheld', 'reported.decided') }} as upheld_share,
    cast(reported.pending_at_end as bigint) as pending_at_end,
    reported.is_total,
    {{ printed_order('reported.lodged desc, reported.licence_type_code') }} as sort_order
from reported
left join {{ ref('licence_types') }} as types on reported.licence_type_code = types.code
order by reported.period, reported.partner, sort_order
