-- What an edition did to an entry, on the last day of the edition's period; an entry counts once in a quarter for each kind of change.
with changes as (

    select *, list_code || '/' || entry_ref as entry from {{ ref('fct_listing_changes') }}

)

select
    {{ evidence_row('changes', 'fct_listing_changes', period_last_day('changes.to_period')) }},
    changes.list_code,
    changes.entry_ref,
    changes.change,
    case when changes.change = 'added' then changes.entry end as added,
    case when changes.change = 'removed' then changes.entry end as removed,
    case when changes.change = 'changed' then changes.entry end as changed
from changes
