-- One row per pair of goods lines in two authorities' records that may be one case under two numbers: the same consignee by its normalised
-- name, the same rating and destination, decided within 90 days. Two numbers for one case are no error, and nothing is merged: a pair is a
-- candidate until a person has judged it.
with ministry as (

    select
        lines.partner,
        lines.record_ref,
        lines.application_ref,
        lines.rating,
        lines.destination_code,
        lines.decided_on,
        {{ normalise_party_name('parties.name') }} as consignee_key
    from {{ ref('fct_licence_lines') }} as lines
    inner join {{ ref('stg_trade_ministry__parties') }} as parties
        on lines.application_ref = parties.application_ref and parties.role in ('consignee', 'end_user')
    where lines.partner = 'trade_ministry' and lines.rating is not null and lines.decided_on is not null

),

allied as (

    select
        lines.partner,
        lines.record_ref,
        lines.application_ref,
        lines.rating,
        lines.destination_code,
        lines.decided_on,
        {{ normalise_party_name('decisions.consignee_name') }} as consignee_key
    from {{ ref('fct_licence_lines') }} as lines
    inner join {{ ref('stg_allied_licensing_authority__decisions') }} as decisions
        on lines.partner = decisions.partner and lines.record_ref = decisions.record_ref
    where lines.rating is not null and lines.decided_on is not null

)

select distinct
    ministry.partner,
    ministry.application_ref,
    ministry.record_ref,
    allied.partner as other_partner,
    allied.application_ref as other_application_ref,
    allied.record_ref as other_record_ref,
    ministry.consignee_key,
    ministry.rating,
    ministry.destination_code,
    'candidate' as judgement
from ministry
inner join allied
    on
        ministry.consignee_key = allied.consignee_key
        and ministry.rating = allied.rating
        and ministry.destination_code = allied.destination_code
        and allied.decided_on between {{ day_plus('ministry.decided_on', -90) }} and {{ day_plus('ministry.decided_on', 90) }}
where ministry.consignee_key <> ''
