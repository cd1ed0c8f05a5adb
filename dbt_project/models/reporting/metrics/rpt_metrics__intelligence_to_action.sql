-- M8, restricted. Reports that are due for review long enough ago that an action had its time to come (`is_mature`), by the kind of the first
-- action on a party that the report names. Actions before the report are no answer to it: they confirm it, and are counted.
with reports as (

    select * from {{ ref('fct_intelligence_actions') }} where is_mature

),

summed as (

    select
        kinds.period_kind,
        {{ period_of('reports.received_on') }} as period,
        reports.partner,
        coalesce(reports.first_action, 'total') as action_code,
        grouping(reports.first_action) = 1 as is_total,
        count(*) as reports,
        count(reports.days_to_action) as acted_upon,
        sum(case when reports.earlier_actions > 0 then 1 else 0 end) as confirming,
        {{ quantile_that_occurs('reports.days_to_action', 0.5) }} as median_days
    from reports
    cross join {{ period_kinds() }}
    group by {{ parts_and_total('reports.received_on', 'reports.partner', 'reports.first_action') }}

),

reported as (

    select
        *,
        max(case when is_total then reports end) over (partition by partner, period) as all_reports
    from summed

)

select
    reported.period,
    reported.period_kind,
    reported.partner,
    reported.action_code,
    case reported.action_code
        when 'none' then 'No action'
        when 'application_refused' then 'Application refused'
        when 'licence_revoked' then 'Licence revoked'
        when 'inspection' then 'Inspection'
        when 'seizure' then 'Seizure'
        when 'case_opened' then 'Case opened'
        when 'denial_issued' then 'Denial issued'
        else 'All reports'
    end as action,
    cast(reported.reports as bigint) as reports,
    {{ share('reported.reports', 'reported.all_reports') }} as share_of_reports,
    cast(reported.acted_upon as bigint) as acted_upon,
    cast(reported.confirming as bigint) as confirming,
    cast(reported.median_days as integer) as median_days,
    reported.is_total,
    {{ printed_order("case when reported.action_code = 'none' then 1 else 0 end, reported.action_code") }} as sort_order
from reported
order by reported.period, reported.partner, sort_order
