-- A hit counts for the publisher of the list, on the last day of the period of the edition whose version of the entry is the first that hits
-- the party. That this edition brought it, and how, is read from the differences between editions: those of the first edition of a list are
-- none. The report reads the same from the versions.
with brought as (

    select
        partner,
        feed,
        entry_ref,
        to_period,
        max(list_code) as list_code,
        case when max(case when change = 'added' then 1 else 0 end) = 1 then 'added' else 'changed' end as change
    from {{ ref('fct_listing_changes') }}
    where change <> 'removed'
    group by partner, feed, entry_ref, to_period

),

begun as (

    select
        brought.*,
        versions.version_no,
        {{ period_last_day('brought.to_period') }} as begun_on
    from brought
    inner join {{ ref('fct_listing_versions') }} as versions
        on
            brought.partner = versions.partner
            and brought.feed = versions.feed
            and brought.entry_ref = versions.entry_ref
            and brought.to_period = versions.valid_from_period

)

select
    {{ evidence_row('hits', 'fct_screening_hits', 'begun.begun_on') }},
    hits.listed_partner as counts_for,
    begun.list_code,
    hits.entry_ref,
    begun.change,
    hits.party_id,
    cast(1 as integer) as new_hits,
    {{ counted_if("hits.basis = 'in force on the day'") }} as in_force,
    {{ counted_if("hits.basis = 'listed since'") }} as listed_since,
    {{ counted_if("hits.disposition = 'open'") }} as open_hits,
    {{ counted_if("hits.disposition = 'cleared'") }} as cleared,
    {{ counted_if("hits.disposition = 'confirmed'") }} as confirmed
from {{ ref('fct_screening_hits') }} as hits
inner join begun
    on
        hits.listed_partner = begun.partner
        and hits.listed_feed = begun.feed
        and hits.entry_ref = begun.entry_ref
        and hits.first_version_no = begun.version_no
