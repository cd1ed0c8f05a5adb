-- One row per case and record of customs or prosecutors on which it touches: the declaration of what was written off or seized, the
-- inspections and seizures of a declaration, the enforcement case that followed a seizure, and what was imposed in it. A seizure names a
-- declaration and no item of it; the item is the one with its commodity code.
with evidence as (

    select distinct
        case_id,
        rule,
        partner,
        feed,
        record_ref
    from {{ ref('int_cases__evidence') }}

),

shipped as (

    select
        evidence.case_id,
        evidence.rule,
        usages.declaration_ref,
        usages.item_no,
        cast(null as string) as hs_code
    from evidence
    inner join {{ ref('fct_licence_usages') }} as usages
        on
            evidence.partner = usages.partner
            and evidence.feed = usages.feed
            and evidence.record_ref = usages.record_ref

    union all

    select
        evidence.case_id,
        evidence.rule,
        seizures.declaration_ref,
        cast(null as integer) as item_no,
        seizures.hs_code
    from evidence
    inner join {{ ref('fct_seizures') }} as seizures
        on
            evidence.partner = seizures.partner
            and evidence.feed = seizures.feed
            and evidence.record_ref = seizures.record_ref

    union all

    select
        evidence.case_id,
        evidence.rule,
        declarations.declaration_ref,
        declarations.item_no,
        declarations.hs_code
    from evidence
    inner join {{ ref('fct_declarations') }} as declarations
        on
            evidence.partner = declarations.partner
            and evidence.feed = declarations.feed
            and evidence.record_ref = declarations.record_ref

),

declared as (

    select distinct
        shipped.case_id,
        shipped.rule,
        declarations.partner,
        declarations.feed,
        declarations.record_ref,
        declarations.declaration_ref,
        declarations.item_no,
        declarations.hs_code
    from shipped
    inner join {{ ref('fct_declarations') }} as declarations
        on
            shipped.declaration_ref = declarations.declaration_ref
            and coalesce(shipped.item_no, declarations.item_no) = declarations.item_no
            and coalesce(shipped.hs_code, declarations.hs_code, '') = coalesce(declarations.hs_code, '')

),

seized as (

    select
        evidence.case_id,
        evidence.rule,
        seizures.partner,
        seizures.feed,
        seizures.record_ref,
        seizures.seizure_ref
    from evidence
    inner join {{ ref('fct_seizures') }} as seizures
        on
            evidence.partner = seizures.partner
            and evidence.feed = seizures.feed
            and evidence.record_ref = seizures.record_ref

    union

    select
        declared.case_id,
        declared.rule,
        seizures.partner,
        seizures.feed,
        seizures.record_ref,
        seizures.seizure_ref
    from declared
    inner join {{ ref('fct_seizures') }} as seizures
        on declared.declaration_ref = seizures.declaration_ref and declared.hs_code = seizures.hs_code

),

prosecuted as (

    select
        seized.case_id,
        seized.rule,
        cases.partner,
        cases.feed,
        cases.record_ref,
        cases.case_ref
    from seized
    inner join {{ ref('fct_enforcement_cases') }} as cases on seized.seizure_ref = cases.seizure_ref

)

select
    case_id,
    rule,
    partner,
    feed,
    record_ref
from declared

union

select
    declared.case_id,
    declared.rule,
    inspections.partner,
    inspections.feed,
    inspections.record_ref
from declared
inner join {{ ref('fct_inspections') }} as inspections
    on
        declared.declaration_ref = inspections.declaration_ref
        and declared.item_no = coalesce(inspections.item_no, declared.item_no)

union

select
    case_id,
    rule,
    partner,
    feed,
    record_ref
from seized

union

select
    case_id,
    rule,
    partner,
    feed,
    record_ref
from prosecuted

union

select
    prosecuted.case_id,
    prosecuted.rule,
    penalties.partner,
    penalties.feed,
    penalties.record_ref
from prosecuted
inner join {{ ref('fct_penalties') }} as penalties
    on prosecuted.partner = penalties.partner and prosecuted.case_ref = penalties.case_ref
