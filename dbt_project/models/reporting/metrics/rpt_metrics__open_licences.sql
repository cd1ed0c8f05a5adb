-- Licences that carry neither quantity nor value: how many were granted in the period, and how much those of any period were used in it. A
-- user is an exporter as he stands on the declarations.
with granted as (

    select
        partner,
        licence_type,
        decided_on as counted_on,
        licence_ref,
        cast(null as string) as licence_used,
        cast(null as string) as declaration_ref,
        cast(null as string) as exporter
    from {{ ref('fct_licence_utilisation') }}
    where basis = 'open'

),

used as (

    select
        lines.partner,
        lines.licence_type,
        exports.used_on as counted_on,
        cast(null as string) as licence_ref,
        exports.licence_ref as licence_used,
        exports.declaration_ref,
        exports.exporter
    from {{ ref('fct_licensed_exports') }} as exports
    inner join {{ ref('fct_licence_utilisation') }} as lines
        on
            exports.licensing_partner = lines.partner
            and exports.licence_ref = lines.licence_ref
            and exports.line_no = lines.line_no
            and lines.basis = 'open'
    where not exports.is_reversal

),

facts as (

    select * from granted
    union all
    select * from used

),

summed as (

    select
        kinds.period_kind,
        {{ period_of('facts.counted_on') }} as period,
        facts.partner,
        coalesce(facts.licence_type, 'total') as licence_type_code,
        grouping(facts.licence_type) = 1 as is_total,
        count(distinct facts.licence_ref) as granted,
        count(distinct facts.licence_used) as used,
        count(distinct facts.declaration_ref) as declarations,
        count(distinct facts.exporter) as users
    from facts
    cross join {{ period_kinds() }}
    group by grouping sets (
        (kinds.period_kind, {{ period_of('facts.counted_on') }}, facts.partner, facts.licence_type),
        (kinds.period_kind, {{ period_of('facts.counted_on') }}, facts.partner)
    )

),

reported as (select * from summed)

select
    reported.period,
    reported.period_kind,
    reported.partner,
    reported.licence_type_code,
    case when reported.is_total then 'All open licences' else types.name end as licence_type,
    cast(reported.granted as bigint) as granted,
    cast(reported.used as bigint) as used,
    cast(reported.declarations as bigint) as declarations,
    cast(reported.users as bigint) as users,
    reported.is_total,
    {{ printed_order('reported.licence_type_code') }} as sort_order
from reported
left join {{ ref('licence_types') }} as types on reported.licence_type_code = types.code
order by reported.period, reported.partner, sort_order
