-- One row per decision of the trade ministry, its outcome in the words all partners share and its day in the ministry's own time zone.
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
    decisions.decided_at,
    cast({{ local_time('decisions.decided_at', 'partners.timezone') }} as date) as decided_on,
    outcomes.outcome,
    decisions.decision as outcome_code,
    outcomes.is_on_appeal = 'true' as is_on_appeal,
    decisions.criteria,
    decisions.valid_until as expires_on
from {{ ref('stg_trade_ministry__decisions') }} as decisions
inner join {{ ref('partners') }} as partners on decisions.partner = partners.code
left join {{ ref('decisions_trade_ministry') }} as outcomes on decisions.decision = outcomes.code
