-- One row per version of an entry of a sanctions list, with the days on which it was in force: from the day of the
-- edition that first had it (a list knows better: from its own day of listing, where that is earlier and the version is
-- the first since the entry came) to the day of the edition that no longer had it. `listed_digest` stands for what the
-- entry says of its party; remarks are no evidence of identity.
{{ config(materialized='table') }}
{%- set key = ['partner', 'feed', 'entry_ref'] %}
with versions as (

    select
        *,
        {{ period_last_day('valid_from_period') }} as edition_on,
        {{ period_last_day('valid_to_period') }} as replaced_on,
        lag({{ period_last_day('valid_to_period') }}) over (
            partition by {{ key | join(", ") }} order by version_no
        ) as left_on
    from {{ ref('fct_listing_versions') }}

),

listings as (

    select * from {{ ref('int_intelligence__listings') }}

),

lists as (

    select * from {{ ref('screening_lists') }}
    where is_screened = 'true'

)

select
    versions.partner,
    versions.feed,
    versions.record_ref,
    versions.marking,
    versions.list_code,
    versions.entry_ref,
    versions.version_no,
    versions.entity_type,
    versions.primary_name,
    versions.aliases,
    versions.countries,
    versions.birth_dates,
    case
        when versions.change = 'changed' then versions.edition_on
        when versions.listed_on < versions.edition_on
            then greatest(versions.listed_on, coalesce(versions.left_on, versions.listed_on))
        else versions.edition_on
    end as valid_from,
    versions.replaced_on as valid_to,
    versions.is_current,
    {{ text_hash(joined_parts('|', [
        'versions.entity_type', 'versions.primary_name', 'versions.aliases', 'versions.birth_dates',
        'versions.countries', 'versions.programmes', 'listings.identifiers', 'listings.addresses',
    ])) }} as listed_digest
from versions
inner join lists
    on
        versions.list_code = lists.code
        and versions.partner = lists.partner
        and versions.feed = lists.feed
inner join listings
    on versions.submission_id = listings.submission_id and versions.entry_ref = listings.entry_ref
