-- One row per decision of all licensing partners. A dossier of the allied authority, and a licence of those partners that publish lines
-- only, is one decision for all lines with the same outcome.
--
-- `counts_as` is the one place that says what a decision is in statistics: the first outcome of its application (these are counted as
-- decisions), a licence issued on appeal, a revocation, a later outcome (reissued, reopened), or the end of an application that was superseded.
with lines as (

    select
        *,
        row_number() over (partition by partner, application_ref, outcome order by source_row_number) as line_rank
    from {{ ref('int_licensing__lines_as_given') }}
    where feed <> 'goods_lines'  -- the one feed of lines whose decisions come in a feed of their own

)

select
    decisions.partner,
    decisions.feed,
    decisions.record_ref,
    decisions.submission_id,
    decisions.source_row_number,
    decisions.marking,
    decisions.decision_ref,
    decisions.application_ref,
    decisions.licence_ref,
    coalesce(types.licence_type, 'UNKNOWN') as licence_type,
    decisions.decided_at,
    decisions.decided_on,
    decisions.outcome,
    decisions.outcome_code,
    decisions.is_on_appeal,
    decisions.expires_on,
    case
        when decisions.outcome = 'revoked' then 'revocation'
        when superseded.application_ref is not null then 'superseded'
        when decisions.decision_ref = outcomes.first_decision_ref then 'first_outcome'
        when decisions.is_on_appeal then 'issued_on_appeal'
        else 'later_outcome'
    end as counts_as
from {{ ref('int_licensing__ministry_decisions') }} as decisions
left join {{ ref('int_licensing__first_outcomes') }} as outcomes on decisions.application_ref = outcomes.application_ref
left join {{ ref('int_licensing__superseded') }} as superseded on decisions.application_ref = superseded.application_ref
left join {{ ref('stg_trade_ministry__applications') }} as applications
    on decisions.application_ref = applications.application_ref
left join {{ ref('licence_types_trade_ministry') }} as types on applications.licence_type = types.code

union all

select
    partner,
    feed,
    application_ref as record_ref,
    submission_id,
    source_row_number,
    marking,
    application_ref as decision_ref,
    application_ref,
    licence_ref,
    licence_type,
    cast(null as timestamp) as decided_at,
    decided_on,
    outcome,
    outcome_code,
    false as is_on_appeal,
    expires_on,
    case when outcome = 'revoked' then 'revocation' else 'first_outcome' end as counts_as
from lines
where line_rank = 1
