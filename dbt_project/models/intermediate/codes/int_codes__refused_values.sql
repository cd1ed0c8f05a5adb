-- One row per value that a contract refuses because no code list knows it: the rows wait in quarantine until somebody maps the value
-- or the partner corrects it.
select
    partner,
    feed,
    field,
    value_before as value,
    record_ref,
    {{ regexp_replace_all("rule", "^.*_is_in_", "") }} as code_list
from {{ ref('stg_register__row_findings') }}
where severity = 'rejection' and rule like '%!_is!_in!_%' escape '!' and rule not like '%!_is!_in!_its!_%' escape '!' and value_before is not null
