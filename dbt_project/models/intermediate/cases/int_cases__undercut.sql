-- Source of the rule and its three years: best practice on undercuts among the members of the export control regimes.
with rules as (

    select * from {{ ref('int_cases__rules') }}
    where rule = 'undercut' and is_active

),

grants as (

    select * from {{ ref('int_cases__transactions') }}
    where outcome = 'granted' and rating is not null

)

select distinct
    rules.rule,
    grants.partner as focus_partner,
    grants.feed as focus_feed,
    grants.record_ref as focus_record_ref,
    denials.partner,
    denials.feed,
    denials.record_ref,
    grants.party_id,
    grants.rating,
    grants.decided_on as opened_on,
    grants.authority || ' granted on ' || cast(grants.decided_on as string) || ' (' || grants.record_ref || ') what '
    || denials.denied_by || ' had denied on ' || cast(denials.denied_on as string) || ' (' || denials.record_ref || '): '
    || case
        when grants.rating = denials.rating then 'goods under ' || grants.rating
        else 'goods under ' || denials.rating || ' there, ' || grants.rating || ' here'
    end as because
from grants
inner join rules on {{ is_one_of('grants.partner', 'rules.focus_agencies') }}
inner join {{ ref('int_cases__denials') }} as denials
    on
        grants.party_id = denials.party_id
        and grants.partner <> denials.partner
        and grants.authority_country_code <> denials.authority_country_code
        and {{ is_one_of('denials.partner', 'rules.other_agencies') }}
        and {{ same_goods('grants.rating', 'denials.rating') }}
        and {{ within_days_after('grants.decided_on', 'denials.denied_on', 'rules.window_days') }}
        and grants.decided_on <= coalesce(denials.lapses_on, grants.decided_on)
