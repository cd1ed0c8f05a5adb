-- A seizure of controlled goods, and whether anything links it: every way by which a record leads from it to a licence granted by then, or to a
-- case, is followed by itself, record by record, unlike the metric, which asks of each seizure for its earliest grant.
with ways as (

    select seizures.partner, seizures.feed, seizures.record_ref, 'confirmed' as way
    from {{ ref('fct_seizures') }} as seizures
    inner join {{ ref('fct_decisions') }} as decisions on seizures.licence_ref = decisions.licence_ref
    where decisions.outcome = 'granted' and decisions.decided_on <= seizures.seized_on

    union

    select seizures.partner, seizures.feed, seizures.record_ref, 'confirmed' as way
    from {{ ref('fct_seizures') }} as seizures
    inner join {{ ref('fct_declarations') }} as declarations
        on seizures.partner = declarations.partner and seizures.declaration_ref = declarations.declaration_ref
    inner join {{ ref('fct_decisions') }} as decisions on declarations.document_ref = decisions.licence_ref
    where declarations.has_licence_document and decisions.outcome = 'granted' and decisions.decided_on <= seizures.seized_on

    union

    select records.partner, records.feed, records.record_ref, case when cases.status = 'concluded' then 'confirmed' else 'undecided' end as way
    from {{ ref('fct_cases') }} as cases
    inner join {{ ref('bridge_case_records') }} as records on cases.case_id = records.case_id
    where cases.rule = 'seizure_licensed_consignee' and cases.status in ('open', 'under_review', 'concluded')

)

select
    {{ evidence_row('seizures', 'fct_seizures', 'seizures.seized_on') }},
    coalesce({{ rating_category('seizures.rating') }}, 'none') as category_code,
    cast(1 as integer) as seizures,
    {{ counted_if('confirmed.way is not null') }} as linked,
    {{ counted_if('undecided.way is not null and confirmed.way is null') }} as candidates
from {{ ref('fct_seizures') }} as seizures
left join ways as confirmed on {{ same_record('seizures', 'confirmed') }} and confirmed.way = 'confirmed'
left join ways as undecided on {{ same_record('seizures', 'undecided') }} and undecided.way = 'undecided'
where seizures.rating is not null
