-- The history and the newest edition agree: what is current in fct_listing_versions is what stands in fct_listings,
-- entry by entry.
select
    coalesce(versions.entry_ref, listings.entry_ref) as entry_ref,
    coalesce(versions.list_code, listings.list_code) as list_code
from (select * from {{ ref('fct_listing_versions') }} where is_current) as versions
full outer join {{ ref('fct_listings') }} as listings
    on versions.list_code = listings.list_code and versions.entry_ref = listings.entry_ref
where versions.entry_ref is null or listings.entry_ref is null
