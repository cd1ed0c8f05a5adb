-- One row per version of an entry of a sanctions list, with the days on which it was in force: from the day of the
-- edition that first had it (a list knows better: from its own day of listing, where that is earlier and the version is
-- the first since the entry came) to the day of the edition that no longer had it. `profile_id` stands for what the entry
-- says of its party.
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

entries as (

    select * from {{ ref('int_parties__listed_entries') }}

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
    entries.profile_id
from versions
inner join lists
    on
        versions.list_code = lists.code
        and versions.partner = lists.partner
        and versions.feed = lists.feed
inner join entries
    on versions.submission_id = entries.submission_id and versions.entry_ref = entries.entry_ref
