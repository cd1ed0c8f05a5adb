-- The six columns are those of the focus record: the one on which the case stands. Everything else is told by records that whoever reads
-- the row may see, so that two readers may see the same case with other agencies in it.
with evidence as (

    select * from {{ ref('int_cases__evidence') }}

),

focuses as (

    select * from {{ ref('int_cases__records') }}
    where is_focus

),

recorded as (

    select
        case_id,
        min(happened_on) as first_record_on,
        max(happened_on) as last_record_on,
        cast(count(*) as integer) as record_count,
        cast(count(distinct partner) as integer) as agency_count,
        {{ json_array_of_distinct('partner') }} as agencies,
        {{ json_array_of_distinct('rating') }} as ratings,
        {{ json_array_of_distinct('destination_code') }} as destination_codes
    from {{ ref('int_cases__records') }}
    group by case_id

),

concerned as (

    select
        evidence.case_id,
        min(evidence.opened_on) as opened_on,
        {{ json_array_of_distinct('evidence.party_id') }} as party_ids,
        {{ json_array_of_distinct('parties.primary_name') }} as party_names
    from evidence
    left join {{ ref('dim_parties') }} as parties on evidence.party_id = parties.party_id
    group by evidence.case_id

),

reasons as (

    select
        case_id,
        because,
        row_number() over (partition by case_id order by opened_on, because) as place,
        count(*) over (partition by case_id) as reasons
    from (select distinct case_id, opened_on, because from evidence) as told

),

contradicted as (

    select
        case_id,
        {{ joined_text('contradiction', '; ', 'contradiction') }} as contradiction
    from (select distinct case_id, contradiction from {{ ref('int_cases__contradictions') }}) as told
    group by case_id

),

followed as (

    select
        case_id,
        {{ json_array_of_distinct('kind') }} as outcomes
    from {{ ref('int_cases__outcomes') }}
    group by case_id

),

dispositions as (

    select * from {{ ref('int_cases__dispositions') }}

)

select
    focuses.partner,
    focuses.feed,
    focuses.record_ref,
    focuses.submission_id,
    focuses.source_row_number,
    focuses.marking,
    focuses.case_id,
    focuses.rule,
    rules.title,
    concerned.opened_on,
    recorded.first_record_on,
    recorded.last_record_on,
    rules.window_days,
    coalesce(dispositions.status, 'open') as status,
    recorded.agencies,
    recorded.agency_count,
    recorded.record_count,
    concerned.party_ids,
    concerned.party_names,
    recorded.ratings,
    recorded.destination_codes,
    reasons.because || case
        when reasons.reasons = 1 then '.'
        else ' (and ' || cast(reasons.reasons - 1 as string) || ' more of the kind).'
    end as why,
    contradicted.contradiction is not null as has_contradiction,
    contradicted.contradiction,
    coalesce(followed.outcomes, '[]') as outcomes,
    followed.outcomes is not null as is_acted_upon,
    followed.outcomes is null and coalesce(dispositions.status, 'open') in ('open', 'under_review') as has_open_action
from focuses
inner join {{ ref('int_cases__rules') }} as rules on focuses.rule = rules.rule
inner join recorded on focuses.case_id = recorded.case_id
inner join concerned on focuses.case_id = concerned.case_id
inner join reasons on focuses.case_id = reasons.case_id and reasons.place = 1
left join contradicted on focuses.case_id = contradicted.case_id
left join followed on focuses.case_id = followed.case_id
left join dispositions on focuses.case_id = dispositions.case_id
