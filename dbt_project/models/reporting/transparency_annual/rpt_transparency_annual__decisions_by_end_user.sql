-- Applications by the kind of end user, in the year of their first outcome. Partners that name no kind at all have no rows.
with publishers as (

    select distinct partner from {{ ref('fct_applications') }} where end_user_type_code is not null

),

cells as (

    select
        applications.partner,
        year(applications.first_outcome_on) as year_number,
        coalesce(applications.end_user_type_code, 'none') as end_user_type_code,
        sum(case when applications.first_outcome = 'granted' then 1 else 0 end) as granted,
        sum(case when applications.first_outcome = 'refused' then 1 else 0 end) as refused,
        count(*) as processed
    from {{ ref('fct_applications') }} as applications
    inner join publishers on applications.partner = publishers.partner
    where applications.first_outcome_on is not null and applications.superseded_by_ref is null
    group by applications.partner, year(applications.first_outcome_on), coalesce(applications.end_user_type_code, 'none')

),

reported as (

    {{ over_years(
        'transparency_annual', ['end_user_type_code'], counts=['granted', 'refused', 'processed'], compared=['processed']
    ) }}

)

select
    reported.period,
    reported.partner,
    reported.end_user_type_code,
    case
        when reported.is_total then 'All end users'
        when reported.end_user_type_code = 'none' then 'Not stated'
        else coalesce(types.name, reported.end_user_type_code)
    end as end_user_type,
    reported.granted,
    {{ if_published('reported.refused', 'refused') }} as refused,
    {{ if_other_outcomes_published('cast(reported.processed - reported.granted - reported.refused as bigint)') }} as other,
    reported.processed,
    {{ share('reported.processed', of_total('processed')) }} as share_of_processed,
    {{ if_published(share('reported.refused', 'reported.granted + reported.refused'), 'refused') }} as refusal_share,
    reported.processed_previous_year,
    {{ change_on_year('processed') }} as change_on_year,
    reported.is_total,
    {{ printed_order('reported.processed desc, reported.end_user_type_code') }} as sort_order
from reported
left join {{ ref('end_user_types') }} as types on reported.end_user_type_code = types.code
left join {{ ref('dim_partners') }} as partners on reported.partner = partners.partner
order by reported.period, reported.partner, sort_order
