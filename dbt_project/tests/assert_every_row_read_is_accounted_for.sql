-- Nothing is lost: of every submission whose rows were read, rows read = accepted + quarantined + exact duplicates
-- dropped.
select
    submission_id,
    rows_read,
    rows_accepted,
    rows_quarantined,
    rows_duplicate
from {{ ref('fct_submissions') }}
where status in ('accepted', 'superseded', 'withdrawn', 'held')
    and rows_read <> rows_accepted + rows_quarantined + rows_duplicate
