-- Use of authorisations that are not for one export: global, open and general ones, as customs wrote them off for dual-use goods.
with write_offs as (

    select * from {{ ref('rpt_licensing_facts__write_offs') }}
    where
        category_code between '0' and '9'
        and (licence_type = 'GLOBAL' or {{ is_open_licence('licence_type') }})

),

reported as (

    select
        periods.period,
        periods.partner,
        write_offs.licence_type,
        grouping(write_offs.licence_type) = 1 as is_total,
        count(distinct write_offs.licence_ref) as used,
        count(distinct write_offs.declaration_ref) as declarations,
        coalesce(sum(write_offs.value_eur), 0) as exported_eur
    from write_offs
    inner join {{ ref('rpt_catalogue__available_periods') }} as periods
        on
            write_offs.partner = periods.partner
            and write_offs.year_number = periods.period_number
            and periods.report = 'dual_use_return'
    group by grouping sets ((periods.period, periods.partner, write_offs.licence_type), (periods.period, periods.partner))

)

select
    reported.period,
    reported.partner,
    coalesce(reported.licence_type, 'total') as licence_type,
    case when reported.is_total then 'All of these' else types.name end as licence_type_name,
    reported.used,
    reported.declarations,
    {{ money('reported.exported_eur') }} as exported_eur,
    reported.is_total,
    {{ printed_order('reported.licence_type') }} as sort_order
from reported
left join {{ ref('licence_types') }} as types on reported.licence_type = types.code
order by reported.period, reported.partner, sort_order
