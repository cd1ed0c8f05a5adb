-- A code stands in a record of a day on which it holds. A warning: the record stays as its partner gave it, a person asks him, and
-- `entrepot codes untimely` lists them. Where the contract names the day, the row waits in quarantine instead.
{{ config(severity='warn') }}

select
    code_list,
    partner,
    field,
    code,
    fault,
    lines
from {{ ref('fct_untimely_codes') }}
where fault <> 'refused'
