-- A decided line with a value has a value in euro: its currency has a rate on the day of the decision or before. A warning: without the
-- central bank's feed there is no rate, and the value as given stands.
{{ config(severity='warn') }}

select
    partner,
    record_ref,
    decided_on,
    value,
    currency
from {{ ref('fct_licence_lines') }}
where value is not null and decided_on is not null and value_eur is null
