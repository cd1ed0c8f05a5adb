-- M12. Periods run from the first submission to the one in which the authority's records end. Authorities that deliver an application only with
-- its outcome have no backlog that could be known.
with applications as (

    select partner, licence_type as licence_type_code, submitted_on, first_outcome_on
    from {{ ref('fct_applications') }}
    where submitted_at is not null and superseded_by_ref is null

),

spoken_of as (

    select
        partner,
        min(submitted_on) as first_on,
        max(case when first_outcome_on > submitted_on then first_outcome_on else submitted_on end) as last_on
    from applications
    group by partner

),

days as (

    select spoken_of.partner, dates.date_on
    from {{ ref('dim_dates') }} as dates
    inner join spoken_of
        on dates.date_on between spoken_of.first_on and {{ day_plus(quarter_start(quarter_number('spoken_of.last_on') ~ ' + 1'), -1) }}

),

-- A half-year or year that is not over when the records end has no end to count at.
periods as (

    select
        kinds.period_kind,
        {{ period_of('days.date_on') }} as period,
        days.partner,
        max(days.date_on) as end_on
    from days
    cross join {{ period_kinds() }}
    group by kinds.period_kind, {{ period_of('days.date_on') }}, days.partner

),

facts as (

    select
        periods.period_kind,
        periods.period,
        periods.partner,
        applications.licence_type_code,
        {{ days_from('applications.submitted_on', 'periods.end_on') }} as age_days
    from periods
    inner join applications
        on
            periods.partner = applications.partner
            and periods.end_on >= applications.submitted_on
            and periods.end_on < coalesce(applications.first_outcome_on, date '9999-12-31')
    where {{ period_last_day('periods.period') }} = periods.end_on

),

summed as (

    select
        period_kind,
        period,
        partner,
        coalesce(licence_type_code, 'total') as licence_type_code,
        grouping(licence_type_code) = 1 as is_total,
        count(*) as open_at_end,
        {{ quantile_that_occurs('age_days', 0.5) }} as median_age_days,
        max(age_days) as oldest_days
    from facts
    group by grouping sets ((period_kind, period, partner, licence_type_code), (period_kind, period, partner))

),

reported as (select * from summed)

select
    reported.period,
    reported.period_kind,
    reported.partner,
    reported.licence_type_code,
    case when reported.is_total then 'All types' else types.name end as licence_type,
    cast(reported.open_at_end as bigint) as open_at_end,
    cast(reported.median_age_days as integer) as median_age_days,
    cast(reported.oldest_days as integer) as oldest_days,
    reported.is_total,
    {{ printed_order('reported.licence_type_code') }} as sort_order
from reported
left join {{ ref('licence_types') }} as types on reported.licence_type_code = types.code
order by reported.period, reported.partner, sort_order
