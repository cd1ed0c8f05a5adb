-- The case stands on the refusal, so that it stays one case however many authorities are tried afterwards.
with rules as (

    select * from {{ ref('int_cases__rules') }}
    where rule = 'licence_shopping' and is_active

),

refusals as (

    select * from {{ ref('int_cases__transactions') }}
    where outcome = 'refused' and rating is not null

),

later as (

    select * from {{ ref('int_cases__transactions') }}
    where submitted_on is not null and rating is not null

)

select distinct
    rules.rule,
    refusals.partner as focus_partner,
    refusals.feed as focus_feed,
    refusals.record_ref as focus_record_ref,
    later.partner,
    later.feed,
    later.record_ref,
    refusals.party_id,
    refusals.rating,
    later.submitted_on as opened_on,
    refusals.authority || ' refused on ' || cast(refusals.decided_on as string) || ' (' || refusals.record_ref || ') what was applied for at '
    || later.authority || ' on ' || cast(later.submitted_on as string) || ' (' || later.application_ref || ', ' || later.outcome || '): goods under '
    || refusals.rating as because
from refusals
inner join rules on {{ is_one_of('refusals.partner', 'rules.focus_agencies') }}
inner join later
    on
        refusals.party_id = later.party_id
        and refusals.partner <> later.partner
        and {{ is_one_of('later.partner', 'rules.other_agencies') }}
        and {{ same_goods('refusals.rating', 'later.rating') }}
        and {{ within_days_after('later.submitted_on', 'refusals.decided_on', 'rules.window_days') }}
