-- M16, restricted. Grants that stand in a case of the rule `undercut`: exact if all records of the case name one rating, broader if one rating
-- contains the other. A candidate that people have dismissed is none.
with grants as (

    select
        records.partner,
        records.happened_on as granted_on,
        cases.status,
        case when {{ json_length('cases.ratings') }} = 1 then 'exact' else 'broader' end as match_code
    from {{ ref('bridge_case_records') }} as records
    inner join {{ ref('fct_cases') }} as cases on records.case_id = cases.case_id
    where records.rule = 'undercut' and records.is_focus and cases.status <> 'no_further_action'

),

summed as (

    select
        kinds.period_kind,
        {{ period_of('grants.granted_on') }} as period,
        grants.partner,
        coalesce(grants.match_code, 'total') as match_code,
        grouping(grants.match_code) = 1 as is_total,
        count(*) as candidates,
        sum(case when grants.status = 'concluded' then 1 else 0 end) as concluded
    from grants
    cross join {{ period_kinds() }}
    group by {{ parts_and_total('grants.granted_on', 'grants.partner', 'grants.match_code') }}

),

reported as (select * from summed)

select
    reported.period,
    reported.period_kind,
    reported.partner,
    reported.match_code,
    case reported.match_code
        when 'exact' then 'Same rating'
        when 'broader' then 'One rating contains the other'
        else 'All candidates'
    end as match,
    cast(reported.candidates as bigint) as candidates,
    cast(reported.concluded as bigint) as concluded,
    reported.is_total,
    {{ printed_order('reported.match_code desc') }} as sort_order
from reported
order by reported.period, reported.partner, sort_order
