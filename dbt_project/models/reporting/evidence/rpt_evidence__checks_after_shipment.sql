-- A check after shipment on a licence whose first use lies a year back by the newest day of which the records of exports speak; it counts on
-- the day on which that year was over. Licences are counted, each once, however often it was checked.
with used as (

    select
        partner,
        licence_ref,
        min(licence_type) as licence_type,
        {{ day_plus('min(first_used_on)', 365) }} as matured_on
    from {{ ref('fct_licence_utilisation') }}
    where licence_ref is not null
    group by partner, licence_ref

),

known as (

    select max(used_on) as known_until_on from {{ ref('fct_licensed_exports') }}

)

select
    {{ evidence_row('checks', 'fct_end_use_checks', 'used.matured_on') }},
    used.licence_type as licence_type_code,
    checks.licence_ref as licence,
    case when checks.outcome in ('favourable', 'unfavourable', 'inconclusive') then checks.licence_ref end as checked_licence,
    {% for outcome in ['favourable', 'unfavourable', 'inconclusive', 'could_not_be_conducted', 'host_refused'] -%}
    case when checks.outcome = '{{ outcome }}' then checks.licence_ref end as {{ outcome }}_licence{{ ',' if not loop.last }}
    {% endfor -%}
from {{ ref('fct_end_use_checks') }} as checks
inner join used on checks.partner = used.partner and checks.licence_ref = used.licence_ref
inner join known on used.matured_on <= known.known_until_on
where checks.check_type in ('post_shipment', 'delivery_verification')
