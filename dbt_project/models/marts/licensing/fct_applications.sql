with applications as (

    select * from {{ ref('int_licensing__applications') }}

),

lines as (

    select
        partner,
        application_ref,
        count(*) as lines,
        min(destination_code) as first_destination_code,
        count(distinct destination_code) as destinations
    from {{ ref('fct_licence_lines') }}
    group by partner, application_ref

),

questions as (

    select partner, application_ref, count(*) as questions
    from {{ ref('stg_trade_ministry__stage_events') }}
    where event_type = 'rfi_opened'
    group by partner, application_ref

)

select
    applications.partner,
    applications.feed,
    applications.record_ref,
    applications.submission_id,
    applications.source_row_number,
    applications.marking,
    applications.application_ref,
    applications.licence_type,
    applications.licence_type_code,
    applications.submitted_at,
    cast(applications.submitted_local as date) as submitted_on,
    applications.applicant_ref,
    applications.applicant_name,
    applications.destination_text,
    case when lines.destinations = 1 then lines.first_destination_code else 'XX' end as destination_code,
    applications.end_use_code,
    applications.end_user_type_code,
    applications.is_military,
    applications.risk_band,
    applications.legal_basis_code,
    applications.amends_application_ref,
    superseded.superseded_by_ref,
    cast(coalesce(lines.lines, 0) as integer) as lines,
    applications.outcome,
    applications.decided_on,
    applications.first_outcome,
    applications.first_outcome_on,
    applications.first_outcome_at,
    clocks.working_days_to_first_outcome,
    clocks.working_days_stopped,
    clocks.working_days_open,
    cast(coalesce(questions.questions, 0) as integer) as questions
from applications
left join lines on applications.partner = lines.partner and applications.application_ref = lines.application_ref
left join questions
    on applications.partner = questions.partner and applications.application_ref = questions.application_ref
left join {{ ref('int_licensing__superseded') }} as superseded
    on applications.partner = superseded.partner and applications.application_ref = superseded.application_ref
left join {{ ref('int_licensing__clocks') }} as clocks
    on applications.partner = clocks.partner and applications.application_ref = clocks.application_ref
order by applications.partner, applications.application_ref
