-- A hit counts for the publisher of the list, on the last day of the period of the edition whose version of the entry is the first that hits
-- the party. The first edition of a list brings none.
with versions as (

    select
        partner,
        feed,
        list_code,
        entry_ref,
        version_no,
        case when change = 'changed' then 'changed' else 'added' end as change,
        {{ period_last_day('valid_from_period') }} as begun_on
    from {{ ref('fct_listing_versions') }}

),

begun as (

    select *, min(begun_on) over (partition by partner, feed) as first_on from versions

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
where begun.begun_on > begun.first_on
