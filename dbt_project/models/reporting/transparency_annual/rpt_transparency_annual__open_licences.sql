-- Open licences carry no value and no quantity: what is known of them is how far they were used. Partners whose licences customs do not
-- write off have no rows.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'transparency_annual'

),

granted as (

    select partner, licence_type as licence_type_code, licence_ref, decided_on, expires_on
    from {{ ref('fct_decisions') }}
    where outcome = 'granted' and {{ is_open_licence('licence_type') }} and decided_on is not null

),

revoked as (

    select partner, licence_ref, min(decided_on) as revoked_on
    from {{ ref('fct_decisions') }}
    where outcome = 'revoked' and licence_ref is not null
    group by partner, licence_ref

),

cells as (

    select
        periods.period,
        granted.partner,
        granted.licence_type_code,
        case when year(granted.decided_on) = periods.period_number then 1 else 0 end as granted,
        case
            when granted.expires_on <= periods.period_end_on or revoked.revoked_on <= periods.period_end_on then 0
            else 1
        end as in_force,
        cast(null as string) as used_licence_ref,
        cast(null as string) as declaration_ref,
        0 as exported_open_eur
    from granted
    inner join periods on granted.partner = periods.partner and granted.decided_on <= periods.period_end_on
    left join revoked on granted.partner = revoked.partner and granted.licence_ref = revoked.licence_ref

    union all

    select
        periods.period,
        write_offs.partner,
        write_offs.licence_type as licence_type_code,
        0 as granted,
        0 as in_force,
        write_offs.licence_ref as used_licence_ref,
        write_offs.declaration_ref,
        coalesce(write_offs.value_eur, 0) as exported_open_eur
    from {{ ref('rpt_licensing_facts__write_offs') }} as write_offs
    inner join periods on write_offs.partner = periods.partner and write_offs.year_number = periods.period_number
    where {{ is_open_licence('write_offs.licence_type') }}

),

reported as (

    select
        period,
        partner,
        licence_type_code,
        grouping(licence_type_code) = 1 as is_total,
        sum(granted) as granted,
        sum(in_force) as in_force,
        count(distinct used_licence_ref) as used,
        count(distinct declaration_ref) as declarations,
        sum(exported_open_eur) as exported_open_eur
    from cells
    where partner in (select partner from {{ ref('rpt_licensing_facts__write_offs') }})
    group by grouping sets ((period, partner, licence_type_code), (period, partner))

)

select
    reported.period,
    reported.partner,
    coalesce(reported.licence_type_code, 'total') as licence_type_code,
    case when reported.is_total then 'All open licences' else types.name end as licence_type,
    cast(reported.granted as bigint) as granted,
    cast(reported.in_force as bigint) as in_force,
    reported.used,
    reported.declarations,
    {{ money('reported.exported_open_eur') }} as exported_open_eur,
    reported.is_total,
    {{ printed_order('reported.licence_type_code') }} as sort_order
from reported
left join {{ ref('licence_types') }} as types on reported.licence_type_code = types.code
order by reported.period, reported.partner, sort_order
