-- One row per case and agency that has acknowledged it. The agency is the one for which the judgement was made.
select
    split_part(subject_id, '/', 1) as case_id,
    partner as agency,
    judged_at as acknowledged_at,
    author as acknowledged_by,
    reason as note
from {{ ref('stg_register__judgements') }}
where subject = 'case_referral' and verdict = 'acknowledged' and subject_id like '%/' || partner
