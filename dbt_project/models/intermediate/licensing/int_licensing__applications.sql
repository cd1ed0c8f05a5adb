-- One row per application of all licensing partners. Partners that publish licences only (no applications) have one row per licence or
-- refusal, without day of submission.
with trade_ministry as (

    select
        applications.partner,
        applications.feed,
        applications.record_ref,
        applications.submission_id,
        applications.source_row_number,
        applications.marking,
        applications.application_ref,
        types.licence_type,
        applications.licence_type as licence_type_code,
        applications.submitted_at,
        {{ local_time('applications.submitted_at', 'partners.timezone') }} as submitted_local,
        applications.applicant_ref,
        applications.applicant_name,
        applications.destination_country as destination_text,
        applications.end_use_code,
        applications.end_user_type as end_user_type_code,
        applications.is_military,
        cast(applications.risk_band as integer) as risk_band,
        applications.legal_basis as legal_basis_code,
        applications.amendment_of as amends_application_ref,
        decided.first_outcome,
        decided.first_outcome_on,
        decided.first_outcome_at,
        {{ local_time('decided.first_outcome_at', 'partners.timezone') }} as first_outcome_local,
        decided.outcome,
        decided.decided_on
    from {{ ref('stg_trade_ministry__applications') }} as applications
    inner join {{ ref('partners') }} as partners on applications.partner = partners.code
    left join {{ ref('licence_types_trade_ministry') }} as types on applications.licence_type = types.code
    left join {{ ref('int_licensing__first_outcomes') }} as decided
        on applications.application_ref = decided.application_ref

),

allied_authority as (

    select
        decisions.partner,
        decisions.feed,
        decisions.dossier_ref as record_ref,
        decisions.submission_id,
        decisions.source_row_number,
        decisions.marking,
        decisions.dossier_ref as application_ref,
        types.licence_type,
        decisions.licence_type as licence_type_code,
        cast(null as timestamp) as submitted_at,
        cast(decisions.submitted_on as timestamp) as submitted_local,
        cast(null as string) as applicant_ref,
        decisions.applicant_name,
        decisions.destination_country as destination_text,
        cast(null as string) as end_use_code,
        cast(null as string) as end_user_type_code,
        cast(null as boolean) as is_military,
        cast(null as integer) as risk_band,
        cast(null as string) as legal_basis_code,
        cast(null as string) as amends_application_ref,
        outcomes.outcome as first_outcome,
        decisions.decided_on as first_outcome_on,
        cast(null as timestamp) as first_outcome_at,
        cast(decisions.decided_on as timestamp) as first_outcome_local,
        outcomes.outcome,
        decisions.decided_on,
        row_number() over (partition by decisions.dossier_ref order by decisions.line_no) as line_rank
    from {{ ref('stg_allied_licensing_authority__decisions') }} as decisions
    left join {{ ref('licence_types_allied') }} as types on decisions.licence_type = types.code
    left join {{ ref('decisions_allied') }} as outcomes on decisions.decision = outcomes.code

),

-- The lines of these partners' licences are all there is of their applications.
published_licences as (

    select
        *,
        row_number() over (partition by partner, application_ref order by source_row_number) as line_rank
    from {{ ref('int_licensing__lines_as_given') }}
    where partner in ('uk_export_control', 'nl_foreign_affairs')

),

applications as (

    select
        partner,
        feed,
        record_ref,
        submission_id,
        source_row_number,
        marking,
        application_ref,
        licence_type,
        licence_type_code,
        submitted_at,
        submitted_local,
        applicant_ref,
        applicant_name,
        destination_text,
        end_use_code,
        end_user_type_code,
        is_military,
        risk_band,
        legal_basis_code,
        amends_application_ref,
        first_outcome,
        first_outcome_on,
        first_outcome_at,
        first_outcome_local,
        outcome,
        decided_on
    from trade_ministry

    union all

    select
        partner,
        feed,
        record_ref,
        submission_id,
        source_row_number,
        marking,
        application_ref,
        licence_type,
        licence_type_code,
        submitted_at,
        submitted_local,
        applicant_ref,
        applicant_name,
        destination_text,
        end_use_code,
        end_user_type_code,
        is_military,
        risk_band,
        legal_basis_code,
        amends_application_ref,
        first_outcome,
        first_outcome_on,
        first_outcome_at,
        first_outcome_local,
        outcome,
        decided_on
    from allied_authority
    where line_rank = 1

    union all

    select
        partner,
        feed,
        application_ref as record_ref,
        submission_id,
        source_row_number,
        marking,
        application_ref,
        licence_type,
        licence_type_code,
        cast(null as timestamp) as submitted_at,
        cast(null as timestamp) as submitted_local,
        cast(null as string) as applicant_ref,
        cast(null as string) as applicant_name,
        destination_text,
        cast(null as string) as end_use_code,
        cast(null as string) as end_user_type_code,
        cast(null as boolean) as is_military,
        cast(null as integer) as risk_band,
        cast(null as string) as legal_basis_code,
        cast(null as string) as amends_application_ref,
        outcome as first_outcome,
        decided_on as first_outcome_on,
        cast(null as timestamp) as first_outcome_at,
        cast(null as timestamp) as first_outcome_local,
        outcome,
        decided_on
    from published_licences
    where line_rank = 1

)

select
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    application_ref,
    coalesce(licence_type, 'UNKNOWN') as licence_type,
    licence_type_code,
    submitted_at,
    submitted_local,
    applicant_ref,
    applicant_name,
    destination_text,
    end_use_code,
    end_user_type_code,
    is_military,
    risk_band,
    legal_basis_code,
    amends_application_ref,
    first_outcome,
    first_outcome_on,
    first_outcome_at,
    first_outcome_local,
    coalesce(outcome, 'pending') as outcome,
    decided_on
from applications
