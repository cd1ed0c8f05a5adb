-- One row per case and record in it. A record that says several things at once (a listing under two entries) says the first of them.
{{ config(materialized='table') }}
with records as (

    select * from {{ ref('int_cases__licensing_records') }}
    union all
    select * from {{ ref('int_cases__enforcement_records') }}
    union all
    select * from {{ ref('int_cases__intelligence_records') }}

),

ranked as (

    select
        *,
        row_number() over (partition by case_id, partner, feed, record_ref order by happened_on, role, says) as choice
    from records

)

select
    case_id,
    rule,
    is_focus,
    is_evidence,
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    role,
    says,
    happened_on,
    outcome,
    rating,
    destination_code
from ranked
where choice = 1
