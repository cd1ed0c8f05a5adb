-- One row per decision and criterion as cited. Refusals only: a criterion cited with another outcome is a finding on the data, not a ground.
with ministry as (

    select * from {{ ref('int_licensing__ministry_decisions') }} where outcome = 'refused' and criteria is not null

),

allied as (

    select
        *,
        row_number() over (partition by dossier_ref, criteria order by source_row_number) as line_rank
    from {{ ref('stg_allied_licensing_authority__decisions') }}
    where criteria is not null

),

allied_refusals as (

    select allied.*
    from allied
    inner join {{ ref('decisions_allied') }} as outcomes on allied.decision = outcomes.code and outcomes.outcome = 'refused'
    where allied.line_rank = 1

),

cited as (

    {{ pieces_of('ministry', 'criteria', '|', [
        'partner', 'feed', 'submission_id', 'source_row_number', 'marking', 'decision_ref', 'application_ref', 'decided_on']) }}

    union all

    {{ pieces_of('allied_refusals', 'criteria', '|', [
        'partner', 'feed', 'submission_id', 'source_row_number', 'marking',
        'dossier_ref as decision_ref', 'dossier_ref as application_ref', 'decided_on']) }}

    union all

    select
        criteria.partner,
        criteria.feed,
        criteria.submission_id,
        criteria.source_row_number,
        criteria.marking,
        criteria.licence_group as decision_ref,
        criteria.licence_group as application_ref,
        decisions.decided_on,
        1 as piece_no,
        criteria.criterion_code as piece
    from {{ ref('stg_uk_export_control__refusal_criteria') }} as criteria
    left join {{ ref('int_licensing__decisions') }} as decisions
        on
            criteria.partner = decisions.partner
            and criteria.licence_group = decisions.decision_ref
            and decisions.outcome = 'refused'

),

ranked as (

    select
        *,
        row_number() over (
            partition by partner, decision_ref, lower(piece) order by source_row_number, piece_no
        ) as citation_rank
    from cited
    where piece <> ''

)

select
    ranked.partner,
    ranked.feed,
    ranked.decision_ref || '/' || lower(ranked.piece) as record_ref,
    ranked.submission_id,
    ranked.source_row_number,
    ranked.marking,
    ranked.decision_ref,
    ranked.application_ref,
    ranked.decided_on,
    lower(ranked.piece) as criterion_code,
    coalesce(criteria.parent, criteria.code, 'other') as criterion
from ranked
left join {{ ref('refusal_criteria') }} as criteria on lower(ranked.piece) = criteria.code
where ranked.citation_rank = 1
