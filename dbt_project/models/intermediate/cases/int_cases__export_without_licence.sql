-- What was declared is set against what was refused by the commodity code under which such goods are mostly declared; goods of which the
-- control list gives none (technology) by their description.
with rules as (

    select * from {{ ref('int_cases__rules') }}
    where rule = 'export_without_licence' and is_active

),

entries as (

    select distinct
        code as rating,
        nullif(hs_code, '') as hs6_code,
        name
    from {{ ref('control_entries') }}

),

denied as (

    select
        denials.*,
        entries.hs6_code,
        entries.name as goods
    from {{ ref('int_cases__denials') }} as denials
    inner join entries on denials.rating = entries.rating

),

exports as (

    select
        declarations.*,
        mentions.party_id
    from {{ ref('fct_declarations') }} as declarations
    inner join {{ ref('bridge_party_mentions') }} as mentions
        on
            {{ same_record('declarations', 'mentions') }}
            and mentions.role = 'consignee'
    where declarations.direction = 'export' and not declarations.has_licence_document

),

pairs as (

    select
        rules.rule,
        exports.partner as focus_partner,
        exports.feed as focus_feed,
        exports.record_ref as focus_record_ref,
        denied.partner,
        denied.feed,
        denied.record_ref,
        denied.party_id,
        denied.rating,
        exports.declared_on as opened_on,
        'Declared for export on ' || cast(exports.declared_on as string) || ' (' || exports.record_ref || ') '
        || case
            when exports.document_code is null then 'without a document'
            else 'with the code ' || exports.document_code
        end
        || ', although ' || denied.denied_by || ' had denied goods under ' || denied.rating || ' to the same party on '
        || cast(denied.denied_on as string) || ' (' || denied.record_ref || ')' as because
    from exports
    inner join rules on {{ is_one_of('exports.partner', 'rules.focus_agencies') }}
    inner join denied
        on
            exports.party_id = denied.party_id
            and {{ is_one_of('denied.partner', 'rules.other_agencies') }}
            and (
                exports.hs6_code = denied.hs6_code
                or (denied.hs6_code is null and lower(exports.goods_description) = lower(denied.goods))
            )
            and {{ within_days_after('exports.declared_on', 'denied.denied_on', 'rules.window_days') }}
            and exports.declared_on <= coalesce(denied.lapses_on, exports.declared_on)

)

select distinct pairs.*
from pairs
left join {{ ref('int_cases__transactions') }} as licences
    on
        pairs.party_id = licences.party_id
        and licences.outcome = 'granted'
        and {{ same_goods('pairs.rating', 'licences.rating') }}
        and pairs.opened_on >= licences.decided_on
        and pairs.opened_on <= coalesce(licences.revoked_on, licences.expires_on, pairs.opened_on)
where licences.record_ref is null
