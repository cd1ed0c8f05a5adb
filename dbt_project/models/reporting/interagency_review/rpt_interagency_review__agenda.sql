-- What the board has to talk about: open cases of the agency with an overdue action, a contradiction, or a referral that nobody has
-- acknowledged; those open longest first. A case is named by its number alone, which leads those who may see it to its records.
with listed as (

    select *
    from {{ ref('rpt_interagency_review__cases') }}
    where is_open and (is_overdue or has_contradiction or not is_acknowledged)

)

select
    period,
    partner,
    case_id,
    title,
    cast(opened_on as string) as opened,
    cast(days_open as bigint) as days_open,
    replace(status, '_', ' ') as status,
    agencies,
    case when is_overdue then 'overdue' else '' end as action,
    case when has_contradiction then 'contradict' else '' end as contradiction,
    case when not is_acknowledged then 'pending' else '' end as referral,
    cast(row_number() over (partition by period, partner order by days_open desc, case_id asc) as integer) as sort_order
from listed
order by period, partner, sort_order
