with checks as (

    select * from {{ ref('stg_trade_ministry__end_use_checks') }}

),

outcomes as (

    select * from {{ ref('end_use_check_outcomes') }}

)

select
    checks.partner,
    checks.feed,
    checks.record_ref,
    checks.submission_id,
    checks.source_row_number,
    checks.marking,
    checks.check_ref,
    checks.check_type,
    checks.application_ref,
    checks.licence_ref,
    checks.country as country_code,
    checks.place,
    checks.requested_on,
    checks.due_on,
    checks.conducted_on,
    checks.outcome,
    outcomes.is_final = 'false' as is_pending,
    checks.conducted_on > checks.due_on as is_late,
    checks.finding_codes,
    checks.follow_up
from checks
left join outcomes on checks.outcome = outcomes.code
order by checks.partner, checks.check_ref
