-- An entry counts from the day on which it was listed; one whose list does not say when it was listed counts for no earlier day and so
-- makes no case.
with rules as (

    select * from {{ ref('int_cases__rules') }}
    where rule = 'listed_party_licensed' and is_active

),

grants as (

    select distinct
        transactions.partner,
        transactions.authority,
        transactions.application_ref,
        transactions.feed,
        transactions.record_ref,
        transactions.decided_on
    from {{ ref('int_cases__transactions') }} as transactions
    where transactions.outcome = 'granted'

),

listed as (

    select
        listings.partner,
        listings.feed,
        listings.record_ref,
        listings.list_code,
        listings.entry_ref,
        listings.listed_on,
        mentions.party_id
    from {{ ref('fct_listings') }} as listings
    inner join {{ ref('bridge_party_mentions') }} as mentions
        on
            {{ same_record('listings', 'mentions') }}
            and mentions.role = 'listed'
    where listings.listed_on is not null

)

select distinct
    rules.rule,
    grants.partner as focus_partner,
    grants.feed as focus_feed,
    grants.record_ref as focus_record_ref,
    listed.partner,
    listed.feed,
    listed.record_ref,
    listed.party_id,
    cast(null as string) as rating,
    grants.decided_on as opened_on,
    grants.authority || ' granted a licence on ' || cast(grants.decided_on as string) || ' (' || grants.record_ref || ') whose '
    || replace(parties.role, '_', ' ') || ' stood on the list ' || listed.list_code || ' since ' || cast(listed.listed_on as string)
    || ' (' || listed.entry_ref || ')' as because
from grants
inner join rules on {{ is_one_of('grants.partner', 'rules.focus_agencies') }}
inner join {{ ref('int_cases__application_parties') }} as parties
    on grants.partner = parties.partner and grants.application_ref = parties.application_ref
inner join listed
    on
        parties.party_id = listed.party_id
        and {{ is_one_of('listed.partner', 'rules.other_agencies') }}
        and grants.decided_on >= listed.listed_on
        and {{ days_from('listed.listed_on', 'grants.decided_on') }} <= rules.window_days
