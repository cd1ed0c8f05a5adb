-- One row per application, party and role. Where the parties stand with the goods lines (the allied authority), `line_record_ref` names
-- the line; else they belong to all lines of the application.
with mentions as (

    select
        partner,
        feed,
        record_ref,
        role,
        party_id
    from {{ ref('bridge_party_mentions') }}

)

select distinct
    parties.partner,
    parties.application_ref,
    cast(null as string) as line_record_ref,
    mentions.role,
    mentions.party_id
from {{ ref('stg_trade_ministry__parties') }} as parties
inner join mentions
    on {{ same_record('parties', 'mentions') }}

union all

select distinct
    lines.partner,
    lines.application_ref,
    lines.record_ref as line_record_ref,
    mentions.role,
    mentions.party_id
from {{ ref('fct_licence_lines') }} as lines
inner join mentions
    on lines.partner = mentions.partner and lines.feed = mentions.feed and lines.record_ref = mentions.record_ref
where lines.partner <> 'trade_ministry'
