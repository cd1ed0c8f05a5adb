-- A case that names a seizure names one that customs reported. The two agencies report on their own days, so this
-- warns.
{{ config(severity='warn') }}
select
    cases.case_ref,
    cases.seizure_ref
from {{ ref('fct_enforcement_cases') }} as cases
left join {{ ref('fct_seizures') }} as seizures on cases.seizure_ref = seizures.seizure_ref
where cases.seizure_ref is not null and seizures.seizure_ref is null
