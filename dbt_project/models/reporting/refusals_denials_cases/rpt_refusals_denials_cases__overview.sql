-- How many cases the lists hold, by what they are.
select
    period,
    partner,
    standing as kind_code,
    case when standing = 'refused' then 'Refusals that stand' else 'Refusals with a licence issued on appeal' end as kind,
    count(*) as cases,
    cast(row_number() over (partition by period, partner order by standing desc) as integer) as sort_order
from {{ ref('rpt_refusals_denials_cases__refusals') }}
group by period, partner, standing

union all

select
    period,
    partner,
    status as kind_code,
    'Denial notices: ' || status as kind,
    count(*) as cases,
    cast(row_number() over (partition by period, partner order by status) as integer) as sort_order
from {{ ref('rpt_refusals_denials_cases__denials') }}
group by period, partner, status
order by period, partner, sort_order
