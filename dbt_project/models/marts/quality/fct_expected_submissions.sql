-- A period is due when it was fulfilled, or its last day of grace is past on the day of the newest receipt.
with expected as (

    select * from {{ ref('stg_register__expected_submissions') }}

),

newest as (

    select cast(max(received_at) as date) as received_on from {{ ref('stg_register__submissions') }}

)

select
    expected.partner,
    expected.feed,
    expected.record_ref,
    expected.submission_id,
    expected.source_row_number,
    expected.marking,
    expected.period,
    expected.last_on,
    expected.due_on,
    cast({{ quarter_number('expected.last_on') }} as integer) as quarter_number,
    expected.state,
    feeds.cadence,
    feeds.grace_days,
    expected.days_late,
    expected.state in ('received', 'received late', 'nil return') as is_fulfilled,
    expected.state = 'nil return' as is_nil,
    expected.state in ('received', 'received late', 'nil return')
    or expected.due_on < newest.received_on as is_due,
    case
        when expected.days_late = 0 then 1.000
        when expected.days_late >= feeds.grace_days then 0.000
        else {{ share('feeds.grace_days - expected.days_late', 'feeds.grace_days') }}
    end as timeliness
from expected
left join {{ ref('stg_register__feeds') }} as feeds on expected.partner = feeds.partner and expected.feed = feeds.feed
cross join newest
