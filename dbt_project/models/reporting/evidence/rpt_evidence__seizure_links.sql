-- A seizure of controlled goods: linked to a licence that the seizure or its declaration names and that had been granted by then, or by a
-- case that people have concluded; a candidate while a case is open.
with granted as (

    select licence_ref, min(decided_on) as granted_on
    from {{ ref('fct_decisions') }}
    where outcome = 'granted' and licence_ref is not null
    group by licence_ref

),

declared as (

    select partner, declaration_ref, min(document_ref) as licence_ref
    from {{ ref('fct_declarations') }}
    where has_licence_document
    group by partner, declaration_ref

),

cases as (

    select
        records.partner,
        records.feed,
        records.record_ref,
        max(case when cases.status = 'concluded' then 1 else 0 end) as concluded
    from {{ ref('bridge_case_records') }} as records
    inner join {{ ref('fct_cases') }} as cases on records.case_id = cases.case_id
    where cases.rule = 'seizure_licensed_consignee' and cases.status in ('open', 'under_review', 'concluded')
    group by records.partner, records.feed, records.record_ref

),

linked as (

    select
        seizures.*,
        cases.record_ref is not null as is_in_case,
        coalesce(by_seizure.granted_on <= seizures.seized_on, false)
        or coalesce(by_declaration.granted_on <= seizures.seized_on, false)
        or coalesce(cases.concluded = 1, false) as is_linked
    from {{ ref('fct_seizures') }} as seizures
    left join declared on seizures.partner = declared.partner and seizures.declaration_ref = declared.declaration_ref
    left join granted as by_seizure on seizures.licence_ref = by_seizure.licence_ref
    left join granted as by_declaration on declared.licence_ref = by_declaration.licence_ref
    left join cases on {{ same_record('seizures', 'cases') }}
    where seizures.rating is not null

)

select
    {{ evidence_row('linked', 'fct_seizures', 'linked.seized_on') }},
    coalesce({{ rating_category('linked.rating') }}, 'none') as category_code,
    cast(1 as integer) as seizures,
    {{ counted_if('linked.is_linked') }} as linked,
    {{ counted_if('linked.is_in_case and not linked.is_linked') }} as candidates
from linked
