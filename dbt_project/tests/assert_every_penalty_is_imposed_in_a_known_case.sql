-- A penalty whose case is unknown cannot be told by offence. Late cases happen, so this warns.
{{ config(severity='warn') }}
select
    record_ref,
    case_ref
from {{ ref('fct_penalties') }}
where offence_code is null
