-- Consecutive editions in which an entry reads the same are one version. An entry that left and came back has a gap
-- between its versions.
with listings as (

    select * from {{ ref('int_intelligence__listings') }}

),

compared as (

    select
        *,
        lag(snapshot_no) over (partition by partner, feed, entry_ref order by snapshot_no) as previous_no,
        lag(content_hash) over (partition by partner, feed, entry_ref order by snapshot_no) as previous_hash
    from listings

),

marked as (

    select
        *,
        case
            when previous_no = snapshot_no - 1 and previous_hash = content_hash then 0
            else 1
        end as begins_version,
        case
            when previous_no is null then 'listed'
            when previous_no < snapshot_no - 1 then 'relisted'
            else 'changed'
        end as change
    from compared

),

numbered as (

    select
        *,
        cast(
            sum(begins_version) over (partition by partner, feed, entry_ref order by snapshot_no) as integer
        ) as version_no
    from marked

),

spans as (

    select
        partner,
        feed,
        entry_ref,
        version_no,
        min(snapshot_no) as first_snapshot_no,
        max(snapshot_no) as last_snapshot_no
    from numbered
    group by partner, feed, entry_ref, version_no

),

followers as (

    select distinct
        partner,
        feed,
        entry_ref,
        snapshot_no
    from listings

)

select
    first_rows.partner,
    first_rows.feed,
    first_rows.record_ref,
    first_rows.submission_id,
    first_rows.source_row_number,
    first_rows.marking,
    first_rows.list_code,
    first_rows.entry_ref,
    first_rows.version_no,
    first_rows.change,
    first_rows.entity_type,
    first_rows.primary_name,
    first_rows.aliases,
    first_rows.birth_dates,
    first_rows.countries,
    first_rows.programmes,
    first_rows.listed_on,
    first_rows.remarks,
    first_rows.period as valid_from_period,
    last_rows.next_period as valid_to_period,
    last_rows.is_newest as is_current,
    not last_rows.is_newest and followers.entry_ref is null as has_left
from spans
inner join numbered as first_rows
    on
        spans.partner = first_rows.partner
        and spans.feed = first_rows.feed
        and spans.entry_ref = first_rows.entry_ref
        and spans.first_snapshot_no = first_rows.snapshot_no
inner join numbered as last_rows
    on
        spans.partner = last_rows.partner
        and spans.feed = last_rows.feed
        and spans.entry_ref = last_rows.entry_ref
        and spans.last_snapshot_no = last_rows.snapshot_no
left join followers
    on
        spans.partner = followers.partner
        and spans.feed = followers.feed
        and spans.entry_ref = followers.entry_ref
        and spans.last_snapshot_no + 1 = followers.snapshot_no
