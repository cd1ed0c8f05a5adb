-- Only where both mentions are there (and, in a release, visible) does a judgement count; which of several people's
-- judgements on a pair counts is said in staging.
{{ config(materialized='table', tags=['linkage_input']) }}
with judged as (

    select
        split_part(subject_id, ':', 1) as mention_a,
        split_part(subject_id, ':', 2) as mention_b,
        verdict
    from {{ ref('stg_register__judgements') }}
    where subject = 'party_pair'

),

mentions as (

    select mention_id from {{ ref('int_parties__mentions') }}

)

select
    judged.mention_a,
    judged.mention_b,
    judged.verdict
from judged
inner join mentions as one on judged.mention_a = one.mention_id
inner join mentions as other on judged.mention_b = other.mention_id
