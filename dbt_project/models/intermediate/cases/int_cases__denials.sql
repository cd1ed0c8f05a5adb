-- One row per denial of goods to a party, of the authorities whose decisions are here and of the states that sent a notice. `lapses_on` is
-- the last day of a notice; a refusal in an authority's own record stands until it is lifted.
with refusals as (

    select
        partner,
        authority as denied_by,
        authority_country_code,
        feed,
        record_ref,
        party_id,
        rating,
        decided_on as denied_on,
        cast(null as date) as lapses_on
    from {{ ref('int_cases__transactions') }}
    where outcome = 'refused' and rating is not null and decided_on is not null

),

notices as (

    select
        denials.partner,
        coalesce(countries.name, denials.notifying_country_code) as denied_by,
        denials.notifying_country_code as authority_country_code,
        denials.feed,
        denials.record_ref,
        mentions.party_id,
        denials.rating,
        denials.issued_on as denied_on,
        denials.expires_on as lapses_on
    from {{ ref('fct_denials') }} as denials
    inner join {{ ref('denial_statuses') }} as statuses
        on denials.status = statuses.code and statuses.is_in_force = 'true'
    inner join {{ ref('bridge_party_mentions') }} as mentions
        on {{ same_record('denials', 'mentions') }}
    left join {{ ref('countries') }} as countries on denials.notifying_country_code = countries.code
    where denials.rating is not null

)

select * from refusals
union all
select * from notices
