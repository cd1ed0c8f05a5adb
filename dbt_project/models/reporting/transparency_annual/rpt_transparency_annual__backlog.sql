-- What came in, what was decided and what was left. Partners that do not say when applications were made, or deliver them only once they
-- are decided, have no rows: what is open there is not known. The age is in days of the calendar, up to the end of the year.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'transparency_annual'

),

publishers as (

    select distinct partner from {{ ref('fct_applications') }} where submitted_on is not null and first_outcome_on is null

),

applications as (

    select
        periods.period,
        periods.partner,
        applications.licence_type as licence_type_code,
        case when applications.submitted_on < periods.period_start_on then 1 else 0 end as was_open,
        case when applications.first_outcome_on is null or applications.first_outcome_on > periods.period_end_on then 0 else 1 end as is_decided,
        {{ days_from('applications.submitted_on', 'periods.period_end_on') }} as age
    from {{ ref('fct_applications') }} as applications
    inner join publishers on applications.partner = publishers.partner
    inner join periods
        on
            applications.partner = periods.partner
            and applications.submitted_on <= periods.period_end_on
            and coalesce(applications.first_outcome_on, periods.period_start_on) >= periods.period_start_on
    where applications.superseded_by_ref is null

),

reported as (

    select
        period,
        partner,
        licence_type_code,
        grouping(licence_type_code) = 1 as is_total,
        sum(was_open) as open_at_start,
        sum(1 - was_open) as received,
        sum(is_decided) as decided,
        sum(1 - is_decided) as open_at_end,
        {{ quantile_that_occurs('case when is_decided = 0 then age end', 0.5) }} as median_age_days
    from applications
    group by grouping sets ((period, partner, licence_type_code), (period, partner))

)

select
    reported.period,
    reported.partner,
    coalesce(reported.licence_type_code, 'total') as licence_type_code,
    case when reported.is_total then 'All types' else types.name end as licence_type,
    cast(reported.open_at_start as bigint) as open_at_start,
    cast(reported.received as bigint) as received,
    cast(reported.decided as bigint) as decided,
    cast(reported.open_at_end as bigint) as open_at_end,
    cast(reported.median_age_days as integer) as median_age_days,
    reported.is_total,
    {{ printed_order('reported.received desc, reported.licence_type_code') }} as sort_order
from reported
left join {{ ref('licence_types') }} as types on reported.licence_type_code = types.code
order by reported.period, reported.partner, sort_order
