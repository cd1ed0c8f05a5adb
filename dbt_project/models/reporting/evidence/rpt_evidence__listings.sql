-- A version of an entry stands on the last day of the period of the edition that began it, and until that of the edition that ended it.
select
    {{ evidence_row('versions', 'fct_listing_versions', period_last_day('versions.valid_from_period')) }},
    case when versions.valid_to_period is not null then {{ period_last_day('versions.valid_to_period') }} end as counts_until_on,
    versions.list_code,
    versions.entry_ref,
    cast(1 as integer) as entries
from {{ ref('fct_listing_versions') }} as versions
