-- One row per case and record of customs or prosecutors on which it touches: the declaration of what was written off or seized, the
-- inspections and seizures of a declaration, the enforcement case that followed a seizure, and what was imposed in it. A seizure names a
-- declaration and no item of it; the item is the one with its commodity code.
{%- set no_item, no_code = 'cast(null as integer) as item_no', 'cast(null as string) as hs_code' %}
with shipped as (

    {{ evidence_in(ref('fct_licence_usages'), ['records.declaration_ref', 'records.item_no', no_code]) }}
    union
    {{ evidence_in(ref('fct_seizures'), ['records.declaration_ref', no_item, 'records.hs_code']) }}
    union
    {{ evidence_in(ref('fct_declarations'), ['records.declaration_ref', 'records.item_no', 'records.hs_code']) }}

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

    {{ evidence_in(
        ref('fct_seizures'), ['records.partner', 'records.feed', 'records.record_ref', 'records.seizure_ref']) }}
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

{% for found in ['declared', 'seized', 'prosecuted'] %}
select
    case_id,
    rule,
    partner,
    feed,
    record_ref
from {{ found }}
union
{% endfor %}
{{ records_of(
    'declared', ref('fct_inspections'),
    'owner.declaration_ref = records.declaration_ref and owner.item_no = coalesce(records.item_no, owner.item_no)') }}
union
{{ records_of(
    'prosecuted', ref('fct_penalties'), 'owner.partner = records.partner and owner.case_ref = records.case_ref') }}
