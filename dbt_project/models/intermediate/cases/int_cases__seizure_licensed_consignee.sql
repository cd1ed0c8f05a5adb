-- By the party on the way to which the goods were, in the days of its licence, or by the licence that the seizure itself names.
with rules as (

    select * from {{ ref('int_cases__rules') }}
    where rule = 'seizure_licensed_consignee' and is_active

),

seizures as (

    select
        seizures.partner,
        seizures.feed,
        seizures.record_ref,
        seizures.seized_on,
        seizures.licence_ref,
        mentions.party_id
    from {{ ref('fct_seizures') }} as seizures
    left join {{ ref('bridge_party_mentions') }} as mentions
        on
            {{ same_record('seizures', 'mentions') }}
            and mentions.role = 'consignee'

),

licences as (

    select * from {{ ref('int_cases__transactions') }}
    where outcome = 'granted'

),

found as (

    {% for condition in [
        'seizures.party_id = licences.party_id and seizures.seized_on >= licences.decided_on'
        ~ ' and seizures.seized_on <= coalesce(licences.revoked_on, licences.expires_on, seizures.seized_on)',
        'seizures.licence_ref = licences.licence_ref',
    ] %}
    select
        seizures.partner as focus_partner,
        seizures.feed as focus_feed,
        seizures.record_ref as focus_record_ref,
        seizures.seized_on,
        licences.partner,
        licences.authority,
        licences.feed,
        licences.record_ref,
        licences.party_id,
        licences.rating,
        licences.decided_on,
        licences.licence_ref
    from seizures
    inner join licences on {{ condition }}
    {{ "union all" if not loop.last }}
    {% endfor %}

)

select distinct
    rules.rule,
    found.focus_partner,
    found.focus_feed,
    found.focus_record_ref,
    found.partner,
    found.feed,
    found.record_ref,
    found.party_id,
    found.rating,
    found.seized_on as opened_on,
    'Goods were seized on ' || cast(found.seized_on as string) || ' (' || found.focus_record_ref || ') on their way to a party that '
    || found.authority || ' had licensed on ' || cast(found.decided_on as string) || ' (' || coalesce(found.licence_ref, found.record_ref) || ')'
        as because
from found
inner join rules
    on
        {{ is_one_of('found.focus_partner', 'rules.focus_agencies') }}
        and {{ is_one_of('found.partner', 'rules.other_agencies') }}
        and {{ days_from('found.decided_on', 'found.seized_on') }} <= rules.window_days
