-- M9. Licences of which a check after shipment was ordered and whose first shipment lies a year back when the period ends; they fall into the
-- period in which that year was over. What could not be conducted, or was refused by the host, is no completed check.
with ordered as (

    select
        partner,
        licence_ref,
        max(case when outcome = 'favourable' then 1 else 0 end) as favourable,
        max(case when outcome = 'unfavourable' then 1 else 0 end) as unfavourable,
        max(case when outcome = 'inconclusive' then 1 else 0 end) as inconclusive,
        max(case when outcome = 'could_not_be_conducted' then 1 else 0 end) as not_conducted,
        max(case when outcome = 'host_refused' then 1 else 0 end) as host_refused
    from {{ ref('fct_end_use_checks') }}
    where check_type in ('post_shipment', 'delivery_verification') and licence_ref is not null
    group by partner, licence_ref

),

licensed as (

    select
        partner,
        licence_ref,
        min(licence_type) as licence_type_code,
        sum(coalesce(authorised_eur, 0)) as value_eur,
        min(first_used_on) as first_used_on
    from {{ ref('fct_licence_utilisation') }}
    group by partner, licence_ref

),

known as (

    select max(used_on) as known_until_on from {{ ref('fct_licensed_exports') }}

),

facts as (

    select
        ordered.*,
        licensed.licence_type_code,
        licensed.value_eur,
        {{ day_plus('licensed.first_used_on', 365) }} as matured_on,
        case when ordered.favourable + ordered.unfavourable + ordered.inconclusive > 0 then 1 else 0 end as checked
    from ordered
    inner join licensed on ordered.partner = licensed.partner and ordered.licence_ref = licensed.licence_ref
    inner join known on {{ day_plus('licensed.first_used_on', 365) }} <= known.known_until_on

),

summed as (

    select
        kinds.period_kind,
        {{ period_of('facts.matured_on') }} as period,
        facts.partner,
        coalesce(facts.licence_type_code, 'total') as licence_type_code,
        grouping(facts.licence_type_code) = 1 as is_total,
        count(*) as licences,
        sum(facts.checked) as checked,
        sum(facts.value_eur) as value_eur,
        sum(facts.checked * facts.value_eur) as checked_value_eur,
        sum(facts.favourable) as favourable,
        sum(facts.unfavourable) as unfavourable,
        sum(facts.inconclusive) as inconclusive,
        sum(facts.not_conducted) as not_conducted,
        sum(facts.host_refused) as host_refused
    from facts
    cross join {{ period_kinds() }}
    group by {{ parts_and_total('facts.matured_on', 'facts.partner', 'facts.licence_type_code') }}

),

reported as (select * from summed)

select
    reported.period,
    reported.period_kind,
    reported.partner,
    reported.licence_type_code,
    case when reported.is_total then 'All types' else types.name end as licence_type,
    cast(reported.licences as bigint) as licences,
    cast(reported.checked as bigint) as checked,
    {{ share('reported.checked', 'reported.licences') }} as checked_share,
    {{ money('reported.value_eur') }} as value_eur,
    {{ money('reported.checked_value_eur') }} as checked_value_eur,
    {{ share_of_money('reported.checked_value_eur', 'reported.value_eur') }} as checked_value_share,
    cast(reported.favourable as bigint) as favourable,
    cast(reported.unfavourable as bigint) as unfavourable,
    cast(reported.inconclusive as bigint) as inconclusive,
    {{ share('reported.favourable', 'reported.favourable + reported.unfavourable + reported.inconclusive') }} as favourable_share,
    cast(reported.not_conducted as bigint) as not_conducted,
    cast(reported.host_refused as bigint) as host_refused,
    reported.is_total,
    {{ printed_order('reported.licence_type_code') }} as sort_order
from reported
left join {{ ref('licence_types') }} as types on reported.licence_type_code = types.code
order by reported.period, reported.partner, sort_order
