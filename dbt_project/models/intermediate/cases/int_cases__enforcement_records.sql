-- One row per case and record of customs or prosecutors in it, with what it says.
{{ case_records(
    ref('fct_declarations'),
    role="'declaration'",
    says="'Declared for ' || records.direction || ' to ' || records.destination_code || coalesce(' for ' || records.consignee_name, '')
        || ': HS ' || records.hs_code || " ~ in_words('records.quantity', 'records.unit_code', ', ') ~ "
        || coalesce(', document ' || records.document_code, ', no document') || coalesce(' ' || records.document_ref, '')",
    happened_on='records.declared_on',
    outcome="case when records.has_licence_document then 'declared_licensed' else 'declared_unlicensed' end",
    destination_code='records.destination_code') }}

union all

{{ case_records(
    ref('fct_licence_usages'),
    role="'write_off'",
    says="'Wrote off on licence ' || records.licence_ref || coalesce(', line ' || cast(records.line_no as string), '')
        || " ~ in_words('records.quantity', "''", ': quantity ') ~ " || " ~ in_words('records.value', 'records.currency', ', value '),
    happened_on='records.used_on') }}

union all

{{ case_records(
    ref('fct_inspections'),
    role="'inspection'",
    says="'Inspection (' || records.inspection_type || ', for ' || replace(records.trigger, '_', ' ') || '): ' || records.result",
    happened_on='records.inspected_on') }}

union all

{{ case_records(
    ref('fct_seizures'),
    role="'seizure'",
    says="'Seized on the way to ' || coalesce(records.consignee_name, 'an unknown consignee') || ' in ' || records.destination_code
        || coalesce(': goods under ' || records.rating, '') || " ~ in_words('records.quantity', 'records.unit_code', ', ') ~ "
        || ', ground: ' || replace(records.legal_ground, '_', ' ')
        || coalesce('; released on ' || cast(records.released_on as string), '')",
    happened_on='records.seized_on',
    outcome="'seized'",
    rating='records.rating',
    destination_code='records.destination_code') }}

union all

{{ case_records(
    ref('fct_enforcement_cases'),
    role="'enforcement_case'",
    says="'Enforcement case: ' || coalesce(records.offence, records.offence_code) || ', ' || replace(records.status, '_', ' ')
        || coalesce(' on ' || cast(records.concluded_on as string), '')",
    happened_on='records.opened_on') }}

union all

{{ case_records(
    ref('fct_penalties'),
    role="'penalty'",
    says="'Imposed: ' || replace(records.disposition, '_', ' ') || " ~ in_words('records.amount', 'records.currency', ', '),
    happened_on='records.imposed_on') }}
