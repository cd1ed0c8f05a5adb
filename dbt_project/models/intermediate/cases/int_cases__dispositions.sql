-- One row per case about which people have said how it stands: the last word that the reader may see. What has been taken back says nothing.
select
    subject_id as case_id,
    verdict as status,
    author as decided_by,
    reason,
    judged_at as decided_at
from {{ ref('stg_register__judgements') }}
where subject = 'case'
