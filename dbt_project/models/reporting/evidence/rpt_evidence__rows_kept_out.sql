-- Rows that a rule kept out, on the first day of the quarter of their submission; a row stands once for each rule that it breaks.
select distinct
    {{ evidence_row('findings', 'fct_row_findings', quarter_start('quality.quarter_number')) }},
    findings.rule,
    cast(1 as integer) as rows_kept_out
from {{ ref('fct_row_findings') }} as findings
inner join {{ ref('fct_submission_quality') }} as quality on findings.submission_id = quality.submission_id
where findings.severity = 'rejection' and findings.source_row_number > 0 and quality.rows_read is not null
