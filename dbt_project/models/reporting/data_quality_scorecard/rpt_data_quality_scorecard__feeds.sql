-- The six components of each feed, all from counts. A missing submission scores 0 and a nil return 1 for completeness.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'data_quality_scorecard'

),

expected as (

    select
        partner,
        feed,
        quarter_number,
        count(*) as expected,
        sum(case when is_fulfilled then 1 else 0 end) as fulfilled,
        sum(case when is_nil then 1 else 0 end) as nil_returns,
        sum(cast(1000 * timeliness as bigint)) as timeliness_sum,
        count(timeliness) as timed
    from {{ ref('fct_expected_submissions') }}
    where is_due
    group by partner, feed, quarter_number

),

delivered as (

    select
        partner,
        feed,
        quarter_number,
        count(*) as submissions,
        sum(case when is_rejected then 1 else 0 end) as rejected,
        sum(rows_read) as rows_read,
        sum(required_cells) as required_cells,
        sum(case when required_cells is not null then empty_cells end) as empty_cells,
        sum(case when rows_read is not null then invalid_rows end) as invalid_rows,
        sum(case when rows_read is not null then repeated_rows end) as repeated_rows,
        sum(case when rows_read is not null then inconsistent_rows end) as inconsistent_rows,
        sum(case when not is_revision then rows_accepted end) as first_rows,
        sum(case when is_revision then rows_accepted else 0 end) as revised_rows
    from {{ ref('fct_submission_quality') }}
    group by partner, feed, quarter_number

),

-- Cast once: sums of whole numbers are wider than the columns they stand in.
counted as (

    select
        coalesce(expected.partner, delivered.partner) as partner,
        coalesce(expected.feed, delivered.feed) as feed,
        coalesce(expected.quarter_number, delivered.quarter_number) as quarter_number,
        cast(coalesce(expected.expected, 0) as bigint) as submissions_expected,
        cast(coalesce(expected.fulfilled, 0) as bigint) as submissions_fulfilled,
        cast(coalesce(expected.nil_returns, 0) as bigint) as nil_returns,
        cast(coalesce(delivered.submissions, 0) as bigint) as submissions_received,
        cast(coalesce(delivered.rejected, 0) as bigint) as files_rejected,
        cast(coalesce(delivered.rows_read, 0) as bigint) as rows_read,
        {{ share('delivered.required_cells - delivered.empty_cells', 'delivered.required_cells') }} as cells_filled,
        {{ share('delivered.rows_read - delivered.invalid_rows', 'delivered.rows_read') }} as validity,
        {{ share('delivered.rows_read - delivered.repeated_rows', 'delivered.rows_read') }} as uniqueness,
        {{ share('expected.timeliness_sum', '1000 * expected.timed') }} as timeliness,
        {{ share('delivered.rows_read - delivered.inconsistent_rows', 'delivered.rows_read') }} as consistency,
        case
            when delivered.revised_rows >= delivered.first_rows and delivered.first_rows > 0 then 0.000
            else {{ share('delivered.first_rows - delivered.revised_rows', 'delivered.first_rows') }}
        end as stability
    from expected
    full outer join delivered
        on
            expected.partner = delivered.partner
            and expected.feed = delivered.feed
            and expected.quarter_number = delivered.quarter_number

),

judged as (

    select
        counted.*,
        case
            when counted.submissions_expected = 0 then counted.cells_filled
            when counted.submissions_fulfilled = counted.nil_returns or counted.cells_filled is not null
                then
                    {{ share(
                        '1000 * counted.nil_returns'
                        ~ ' + cast(1000 * coalesce(counted.cells_filled, 0) as bigint) * (counted.submissions_fulfilled - counted.nil_returns)',
                        '1000 * counted.submissions_expected'
                    ) }}
        end as completeness
    from counted

)

select
    periods.period,
    periods.partner,
    judged.feed,
    replace(judged.feed, '_', ' ') as feed_name,
    judged.submissions_expected,
    judged.submissions_received,
    judged.submissions_expected - judged.submissions_fulfilled as submissions_missing,
    judged.files_rejected,
    judged.rows_read,
    cast(judged.completeness as decimal(9, 3)) as completeness,
    cast(judged.validity as decimal(9, 3)) as validity,
    cast(judged.uniqueness as decimal(9, 3)) as uniqueness,
    cast(judged.timeliness as decimal(9, 3)) as timeliness,
    cast(judged.consistency as decimal(9, 3)) as consistency,
    cast(judged.stability as decimal(9, 3)) as stability,
    cast(row_number() over (partition by periods.period, periods.partner order by judged.feed) as integer) as sort_order
from periods
inner join judged on periods.partner = judged.partner and periods.period_number = judged.quarter_number
order by periods.period, periods.partner, judged.feed
