-- The counts of which the components of the data-quality score are made. A repair takes nothing from a row; every other
-- finding counts its row once in the component that its rule concerns, and a finding without a known rule is about
-- validity. Row 0 is the file as a whole.
with submissions as (

    select * from {{ ref('stg_register__submissions') }}

),

found as (

    select
        findings.submission_id,
        findings.source_row_number,
        findings.field,
        findings.severity,
        coalesce(rules.dimension, 'validity') as dimension
    from {{ ref('stg_register__row_findings') }} as findings
    left join {{ ref('stg_register__rules') }} as rules
        on
            findings.partner = rules.partner
            and findings.feed = rules.feed
            and findings.rule = rules.rule
    where findings.source_row_number > 0

),

counted as (

    select
        submission_id,
        sum(case when dimension = 'completeness' then 1 else 0 end) as empty_cells,
        count(distinct case when dimension = 'validity' and severity <> 'repair' then source_row_number end) as invalid_rows,
        count(distinct case when dimension = 'uniqueness' then source_row_number end) as repeated_rows,
        count(distinct case when dimension = 'consistency' and severity <> 'repair' then source_row_number end) as inconsistent_rows
    from found
    group by submission_id

)

select
    submissions.partner,
    submissions.feed,
    submissions.record_ref,
    submissions.submission_id,
    submissions.source_row_number,
    submissions.marking,
    cast({{ quarter_number('coalesce(submissions.period_ends_on, cast(submissions.received_at as date))') }} as integer) as quarter_number,
    submissions.acts_as,
    submissions.status,
    submissions.status = 'rejected' as is_rejected,
    submissions.acts_as in ('correction', 'replacement', 'delta', 'withdrawal') as is_revision,
    case when submissions.status in ('accepted', 'superseded', 'withdrawn') then submissions.rows_read end as rows_read,
    case when submissions.status in ('accepted', 'superseded', 'withdrawn') then submissions.rows_accepted end as rows_accepted,
    case
        when submissions.status in ('accepted', 'superseded', 'withdrawn') and submissions.acts_as <> 'withdrawal'
            then submissions.rows_read * feeds.required_fields
    end as required_cells,
    cast(coalesce(counted.empty_cells, 0) as bigint) as empty_cells,
    cast(coalesce(counted.invalid_rows, 0) as bigint) as invalid_rows,
    cast(coalesce(counted.repeated_rows, 0) as bigint) as repeated_rows,
    cast(coalesce(counted.inconsistent_rows, 0) as bigint) as inconsistent_rows
from submissions
left join {{ ref('stg_register__feeds') }} as feeds
    on submissions.partner = feeds.partner and submissions.feed = feeds.feed
left join counted on submissions.submission_id = counted.submission_id
