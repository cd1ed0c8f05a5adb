-- The ten rules of a partner that kept most rows out; a row may break several.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'data_quality_scorecard'

),

submissions as (

    select * from {{ ref('fct_submission_quality') }}
    where rows_read is not null

),

read_rows as (

    select partner, feed, quarter_number, sum(rows_read) as rows_read
    from submissions
    group by partner, feed, quarter_number

),

costly as (

    select
        submissions.partner,
        submissions.feed,
        submissions.quarter_number,
        findings.rule,
        count(distinct findings.record_ref) as rows_kept_out
    from {{ ref('fct_row_findings') }} as findings
    inner join submissions on findings.submission_id = submissions.submission_id
    where findings.severity = 'rejection' and findings.source_row_number > 0
    group by submissions.partner, submissions.feed, submissions.quarter_number, findings.rule

),

ranked as (

    select
        costly.*,
        row_number() over (
            partition by costly.partner, costly.quarter_number
            order by costly.rows_kept_out desc, costly.feed asc, costly.rule asc
        ) as place
    from costly

)

select
    periods.period,
    periods.partner,
    ranked.rule,
    replace(ranked.rule, '_', ' ') as rule_name,
    ranked.feed,
    replace(ranked.feed, '_', ' ') as feed_name,
    cast(ranked.rows_kept_out as bigint) as rows_kept_out,
    cast(read_rows.rows_read as bigint) as rows_read,
    {{ share('ranked.rows_kept_out', 'read_rows.rows_read') }} as share_of_rows,
    cast(ranked.place as integer) as sort_order
from periods
inner join ranked on periods.partner = ranked.partner and periods.period_number = ranked.quarter_number
inner join read_rows
    on
        ranked.partner = read_rows.partner
        and ranked.feed = read_rows.feed
        and ranked.quarter_number = read_rows.quarter_number
where ranked.place <= 10
order by periods.period, periods.partner, sort_order
