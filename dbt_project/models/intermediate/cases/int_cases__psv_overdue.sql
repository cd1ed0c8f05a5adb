-- Overdue is measured against the newest day of which the authority's own records speak, not against a clock: a check that is due later than
-- that may have been made by now. One that was made after its day stays a case, of which the check is the outcome.
with rules as (

    select * from {{ ref('int_cases__rules') }}
    where rule = 'psv_overdue' and is_active

),

spoken_of as (

    select partner, submitted_on as known_on
    from {{ ref('fct_applications') }}
    union all
    select partner, decided_on as known_on
    from {{ ref('fct_decisions') }}
    union all
    select partner, coalesce(conducted_on, requested_on) as known_on
    from {{ ref('fct_end_use_checks') }}

),

known as (

    select partner, max(known_on) as known_until_on
    from spoken_of
    group by partner

),

overdue as (

    select checks.*
    from {{ ref('fct_end_use_checks') }} as checks
    inner join known on checks.partner = known.partner
    where
        checks.check_type in ('post_shipment', 'delivery_verification')
        and (
            (checks.is_pending and checks.due_on < known.known_until_on)
            or checks.conducted_on > checks.due_on
        )

),

shipped as (

    select partner, feed, record_ref, licence_ref, used_on as left_on
    from {{ ref('fct_licence_usages') }}
    where not is_reversal
    union all
    select partner, feed, record_ref, document_ref as licence_ref, declared_on as left_on
    from {{ ref('fct_declarations') }}
    where has_licence_document

)

select distinct
    rules.rule,
    overdue.partner as focus_partner,
    overdue.feed as focus_feed,
    overdue.record_ref as focus_record_ref,
    shipped.partner,
    shipped.feed,
    shipped.record_ref,
    cast(null as string) as party_id,
    cast(null as string) as rating,
    {{ day_plus('overdue.due_on', 1) }} as opened_on,
    'Goods left under licence ' || overdue.licence_ref || ' since ' || cast(min(shipped.left_on) over (
        partition by overdue.partner, overdue.feed, overdue.record_ref
    ) as string) || ', and the check of their use (' || overdue.check_ref || ') was due on ' || cast(overdue.due_on as string)
    || case
        when overdue.conducted_on is null then ' and has not been made'
        else ' and was made on ' || cast(overdue.conducted_on as string)
    end as because
from overdue
inner join rules on {{ is_one_of('overdue.partner', 'rules.focus_agencies') }}
inner join shipped
    on
        overdue.licence_ref = shipped.licence_ref
        and {{ is_one_of('shipped.partner', 'rules.other_agencies') }}
        and overdue.due_on > shipped.left_on
        and {{ days_from('shipped.left_on', 'overdue.due_on') }} <= rules.window_days
