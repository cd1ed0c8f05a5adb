-- Of all who have judged a thing and whose judgement the reader may see, the last one counts. In a recipient's release
-- the names of other agencies' people and the digests of what they saw are blank.
with judgements as (

    select
        *,
        row_number() over (partition by subject, subject_id order by sequence desc) as newest_first
    from {{ source('raw', 'judgements') }}

)

select
    partner,
    'judgements' as feed,
    subject || '/' || subject_id as record_ref,
    cast(null as string) as submission_id,
    cast(null as bigint) as source_row_number,
    marking,
    subject,
    subject_id,
    verdict,
    author,
    reason,
    evidence,
    judged_at
from judgements
where newest_first = 1
