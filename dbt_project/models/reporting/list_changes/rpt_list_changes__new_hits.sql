-- Not printed: the hits that an edition of a list brought. The first edition of a list brings none, as nothing is compared with it. Entries
-- that moved from one list of a feed to another count on the one where they are.
with versions as (

    select
        partner,
        feed,
        list_code,
        entry_ref,
        version_no,
        valid_from_period,
        case when change = 'changed' then 'changed' else 'added' end as change
    from {{ ref('fct_listing_versions') }}

),

first_editions as (

    select
        partner,
        feed,
        min({{ period_last_day('valid_from_period') }}) as first_on
    from versions
    group by partner, feed

)

select
    versions.partner,
    hits.hit_id,
    versions.list_code,
    versions.entry_ref,
    versions.change,
    cast({{ quarter_number(period_last_day('versions.valid_from_period')) }} as integer) as period_number,
    hits.party_id,
    hits.basis,
    hits.disposition
from {{ ref('fct_screening_hits') }} as hits
inner join versions
    on
        hits.listed_partner = versions.partner
        and hits.listed_feed = versions.feed
        and hits.entry_ref = versions.entry_ref
        and hits.first_version_no = versions.version_no
inner join first_editions on versions.partner = first_editions.partner and versions.feed = first_editions.feed
where {{ period_last_day('versions.valid_from_period') }} > first_editions.first_on
order by hits.hit_id
