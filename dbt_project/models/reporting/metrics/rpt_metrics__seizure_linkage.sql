-- M7. A link is confirmed if the seizure or its declaration names a licence that the licensing records hold and that was granted by the day of
-- the seizure, or if people have concluded a case that holds the seizure and a licensing record. A case that is open is a candidate.
with licences as (

    select licence_ref, min(decided_on) as granted_on
    from {{ ref('fct_decisions') }}
    where licence_ref is not null and outcome = 'granted'
    group by licence_ref

),

declared as (

    select declarations.partner, declarations.declaration_ref, min(licences.granted_on) as granted_on
    from {{ ref('fct_declarations') }} as declarations
    inner join licences on declarations.document_ref = licences.licence_ref
    where declarations.has_licence_document
    group by declarations.partner, declarations.declaration_ref

),

in_cases as (

    select
        records.partner,
        records.feed,
        records.record_ref,
        max(case when cases.status = 'concluded' then 1 else 0 end) as is_concluded
    from {{ ref('bridge_case_records') }} as records
    inner join {{ ref('fct_cases') }} as cases on records.case_id = cases.case_id
    where records.rule = 'seizure_licensed_consignee' and cases.status <> 'no_further_action'
    group by records.partner, records.feed, records.record_ref

),

facts as (

    select
        seizures.partner,
        seizures.seized_on,
        coalesce({{ rating_category('seizures.rating') }}, 'none') as category_code,
        case
            when
                coalesce(named.granted_on, date '9999-12-31') <= seizures.seized_on
                or coalesce(declared.granted_on, date '9999-12-31') <= seizures.seized_on
                or in_cases.is_concluded = 1
                then 'linked'
            when in_cases.record_ref is not null then 'candidate'
            else 'none'
        end as link
    from {{ ref('fct_seizures') }} as seizures
    left join licences as named on seizures.licence_ref = named.licence_ref
    left join declared
        on seizures.partner = declared.partner and seizures.declaration_ref = declared.declaration_ref
    left join in_cases on {{ same_record('seizures', 'in_cases') }}
    where seizures.rating is not null

),

summed as (

    select
        kinds.period_kind,
        {{ period_of('facts.seized_on') }} as period,
        facts.partner,
        coalesce(facts.category_code, 'total') as category_code,
        grouping(facts.category_code) = 1 as is_total,
        count(*) as seizures,
        sum(case when facts.link = 'linked' then 1 else 0 end) as linked,
        sum(case when facts.link = 'candidate' then 1 else 0 end) as candidates
    from facts
    cross join {{ period_kinds() }}
    group by {{ parts_and_total('facts.seized_on', 'facts.partner', 'facts.category_code') }}

),

reported as (select * from summed)

select
    reported.period,
    reported.period_kind,
    reported.partner,
    reported.category_code,
    case when reported.is_total then 'All goods' else categories.name end as category,
    cast(reported.seizures as bigint) as seizures,
    cast(reported.linked as bigint) as linked,
    cast(reported.candidates as bigint) as candidates,
    {{ share('reported.linked', 'reported.seizures') }} as linked_share,
    reported.is_total,
    {{ printed_order('categories.sort_order, reported.category_code') }} as sort_order
from reported
left join {{ ref('control_categories') }} as categories on reported.category_code = categories.code
order by reported.period, reported.partner, sort_order
