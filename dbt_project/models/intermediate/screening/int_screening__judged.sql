-- One row per screening hit that people have judged, with the judgement that counts.
select
    subject_id as hit_id,
    verdict,
    author,
    reason,
    evidence,
    judged_at
from {{ ref('stg_register__judgements') }}
where subject = 'screening_hit'
