-- One row per listed entry and party to which linkage gives it: of entries that stand on the newest list, as only these
-- are mentions.
with bridge as (

    select * from {{ ref('bridge_party_mentions') }}

),

listed as (

    select
        *,
        row_number() over (partition by partner, feed, record_ref order by entry_ref) as mention_no
    from {{ ref('int_screening__listed_versions') }}
    where is_current

),

denied as (

    select
        *,
        substr(entry_ref, length(record_ref) + 2) as role
    from {{ ref('int_screening__denied_parties') }}

)

select
    listed.list_code,
    listed.entry_ref,
    listed.version_no,
    bridge.party_id
from listed
inner join bridge
    on
        {{ same_record('listed', 'bridge') }}
        and listed.mention_no = bridge.mention_no
where bridge.role = 'listed'

union all

select
    denied.list_code,
    denied.entry_ref,
    denied.version_no,
    bridge.party_id
from denied
inner join bridge
    on
        {{ same_record('denied', 'bridge') }}
        and denied.role = bridge.role
