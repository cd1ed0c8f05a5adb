-- A type without an application has no row.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = '<<name>>'

),

applications as (

    select
        partner,
        submitted_on,
        licence_type as licence_type_code
    from {{ ref('fct_applications') }}

),

counted as (

    select
        periods.period,
        periods.partner,
        applications.licence_type_code,
        grouping(applications.licence_type_code) = 1 as is_total,
        count(*) as applications
    from periods
    inner join applications
        on
            periods.partner = applications.partner
            and applications.submitted_on between periods.period_start_on and periods.period_end_on
    group by grouping sets (
        (periods.period, periods.partner, applications.licence_type_code),
        (periods.period, periods.partner)
    )

),

reported as (

    select
        counted.*,
        totals.applications as all_applications
    from counted
    inner join counted as totals on counted.period = totals.period and counted.partner = totals.partner and totals.is_total

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else reported.licence_type_code end as licence_type_code,
    case when reported.is_total then 'All types' else types.name end as licence_type,
    cast(reported.applications as bigint) as applications,
    {{ share('reported.applications', 'reported.all_applications') }} as share_of_applications,
    reported.is_total,
    {{ printed_order('reported.applications desc, reported.licence_type_code') }} as sort_order
from reported
left join {{ ref('licence_types') }} as types on reported.licence_type_code = types.code
order by reported.period, reported.partner, sort_order
