-- A hit that was cleared is open again when either side says something else of its party than it did then. Without the digest of what
-- its author saw (releases/words.py says to whom it is not given) a word stands as it was left.
with hits as (

    select * from {{ ref('int_screening__hits') }}

),

mentions as (

    select * from {{ ref('int_screening__mentions') }}

),

listed as (

    select * from {{ ref('int_screening__listed') }}

),

bridge as (

    select * from {{ ref('bridge_party_mentions') }}

),

evidence as (

    select * from {{ ref('int_screening__evidence') }}

),

judged as (

    select * from {{ ref('int_screening__judged') }}

),

disposed as (

    select
        hits.*,
        evidence.reasons,
        evidence.evidence_digest,
        judged.verdict,
        judged.author,
        judged.reason,
        judged.judged_at,
        coalesce(judged.evidence <> evidence.evidence_digest, false) as has_changed
    from hits
    inner join evidence on hits.hit_id = evidence.hit_id
    left join judged on hits.hit_id = judged.hit_id

)

select
    mentions.partner,
    mentions.feed,
    mentions.record_ref,
    mentions.submission_id,
    mentions.source_row_number,
    mentions.marking,
    disposed.hit_id,
    bridge.party_id,
    mentions.role,
    mentions.mention_no,
    mentions.name,
    mentions.entity_kind,
    mentions.country_code,
    disposed.list_code,
    listed.partner as listed_partner,
    listed.feed as listed_feed,
    listed.record_ref as listed_record_ref,
    listed.marking as listed_marking,
    disposed.entry_ref,
    disposed.version_no,
    disposed.first_version_no,
    listed.primary_name as listed_name,
    listed.valid_from,
    listed.valid_to,
    listed.is_current,
    case when disposed.day_on is null then 'listed since' else 'in force on the day' end as basis,
    disposed.day_kind,
    disposed.day_on,
    disposed.match_weight,
    disposed.probability,
    disposed.reasons,
    case
        when disposed.verdict = 'confirmed' or (disposed.verdict = 'cleared' and not disposed.has_changed)
            then disposed.verdict
        else 'open'
    end as disposition,
    disposed.author as disposed_by,
    disposed.reason as disposition_reason,
    disposed.judged_at as disposed_at,
    case
        when disposed.has_changed and disposed.verdict <> 'reopened'
            then disposed.verdict || ' before, on other evidence'
    end as disposition_note,
    disposed.evidence_digest
from disposed
inner join mentions on disposed.mention_id = mentions.mention_id
inner join listed
    on
        disposed.list_code = listed.list_code
        and disposed.entry_ref = listed.entry_ref
        and disposed.version_no = listed.version_no
inner join bridge
    on {{ same_mention('mentions', 'bridge') }}
