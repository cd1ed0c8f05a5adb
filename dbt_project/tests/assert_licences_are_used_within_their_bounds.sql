-- A licence is used before it expires, and for no more than was granted. A warning, and an indicator for enforcement in
-- int_enforcement__licence_utilisation: every write-off is kept.
{{ config(severity='warn') }}

select licence_ref, line_no, used_quantity, granted_quantity, last_used_on, expires_on
from {{ ref('int_enforcement__licence_utilisation') }}
where is_over_authorised or is_used_after_expiry
