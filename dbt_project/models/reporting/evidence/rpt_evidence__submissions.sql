-- What was expected of a feed and what came of it, each on the last day of the quarter in which it counts.
select
    {{ evidence_row('expected', 'fct_expected_submissions', 'expected.last_on') }},
    cast(1 as bigint) as submissions_expected,
    cast(case when expected.is_fulfilled then 0 else 1 end as bigint) as submissions_missing,
    cast(case when expected.is_nil then 1 else 0 end as bigint) as nil_returns,
    cast(0 as bigint) as submissions_received,
    cast(0 as bigint) as files_rejected,
    cast(0 as bigint) as rows_read,
    cast(0 as bigint) as required_cells,
    cast(0 as bigint) as filled_cells,
    cast(0 as bigint) as valid_rows,
    cast(0 as bigint) as unrepeated_rows,
    cast(0 as bigint) as consistent_rows,
    cast(0 as bigint) as first_rows,
    cast(0 as bigint) as revised_rows,
    expected.timeliness
from {{ ref('fct_expected_submissions') }} as expected
where expected.is_due

union all

select
    {{ evidence_row('quality', 'fct_submission_quality', quarter_start('quality.quarter_number')) }},
    cast(0 as bigint) as submissions_expected,
    cast(0 as bigint) as submissions_missing,
    cast(0 as bigint) as nil_returns,
    cast(1 as bigint) as submissions_received,
    cast(case when quality.is_rejected then 1 else 0 end as bigint) as files_rejected,
    quality.rows_read,
    quality.required_cells,
    case when quality.required_cells is not null then quality.required_cells - quality.empty_cells end as filled_cells,
    quality.rows_read - quality.invalid_rows as valid_rows,
    quality.rows_read - quality.repeated_rows as unrepeated_rows,
    quality.rows_read - quality.inconsistent_rows as consistent_rows,
    case when not quality.is_revision then quality.rows_accepted end as first_rows,
    case when quality.is_revision then quality.rows_accepted end as revised_rows,
    cast(null as decimal(9, 3)) as timeliness
from {{ ref('fct_submission_quality') }} as quality
