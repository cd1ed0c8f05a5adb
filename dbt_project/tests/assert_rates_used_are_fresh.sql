-- No value is converted at a rate older than ten days: banks close for Easter, not for a month. A warning that the rates feed is late.
{{ config(severity='warn') }}

select
    partner,
    record_ref,
    decided_on,
    rate_on
from {{ ref('fct_licence_lines') }}
where rate_on < {{ day_plus('decided_on', -10) }}
