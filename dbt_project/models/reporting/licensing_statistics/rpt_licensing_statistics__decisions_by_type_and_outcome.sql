with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'licensing_statistics' and period_kind = 'quarter'

),

cells as (

    select
        partner,
        {{ quarter_number('decided_on') }} as period_number,
        licence_type as licence_type_code,
        sum(case when outcome = 'granted' and counts_as = 'first_outcome' then 1 else 0 end) as granted,
        sum(case when outcome = 'refused' and counts_as = 'first_outcome' then 1 else 0 end) as refused,
        sum(case when outcome = 'nlr' and counts_as = 'first_outcome' then 1 else 0 end) as nlr,
        sum(case when outcome = 'withdrawn' and counts_as = 'first_outcome' then 1 else 0 end) as withdrawn,
        sum(case when outcome = 'stopped' and counts_as = 'first_outcome' then 1 else 0 end) as stopped,
        sum(case when counts_as = 'first_outcome' then 1 else 0 end) as decisions,
        sum(case when counts_as = 'revocation' then 1 else 0 end) as revoked
    from {{ ref('fct_decisions') }}
    where decided_on is not null
    group by partner, {{ quarter_number('decided_on') }}, licence_type

),

compared as (

    select
        cells.partner,
        cells.period_number + shifts.shift as period_number,
        cells.licence_type_code,
        grouping(cells.licence_type_code) = 1 as is_total,
        {{ shifted('cells.granted') }} as granted,
        {{ shifted('cells.refused') }} as refused,
        {{ shifted('cells.nlr') }} as nlr,
        {{ shifted('cells.withdrawn') }} as withdrawn,
        {{ shifted('cells.stopped') }} as stopped,
        {{ shifted('cells.decisions') }} as decisions,
        {{ shifted('cells.revoked') }} as revoked,
        {{ shifted('cells.decisions', 1) }} as decisions_previous_quarter,
        {{ shifted('cells.decisions', 4) }} as decisions_previous_year
    from cells
    cross join {{ shifts('quarter') }}
    group by grouping sets (
        (cells.partner, cells.period_number + shifts.shift, cells.licence_type_code),
        (cells.partner, cells.period_number + shifts.shift)
    )

),

reported as (

    select
        periods.period,
        compared.*,
        periods.has_previous,
        periods.has_previous_year,
        max(case when compared.is_total then compared.decisions end) over (
            partition by compared.partner, compared.period_number
        ) as all_decisions
    from compared
    inner join periods on compared.partner = periods.partner and compared.period_number = periods.period_number

)

select
    reported.period,
    reported.partner,
    case when reported.is_total then 'total' else reported.licence_type_code end as licence_type_code,
    case when reported.is_total then 'All types' else types.name end as licence_type,
    cast({{ if_published('reported.granted', 'granted') }} as bigint) as granted,
    cast({{ if_published('reported.refused', 'refused') }} as bigint) as refused,
    cast({{ if_published('reported.nlr', 'nlr') }} as bigint) as nlr,
    cast({{ if_published('reported.withdrawn', 'withdrawn') }} as bigint) as withdrawn,
    cast({{ if_published('reported.stopped', 'stopped') }} as bigint) as stopped,
    cast(reported.decisions as bigint) as decisions,
    cast({{ if_published('reported.revoked', 'revoked') }} as bigint) as revoked,
    {{ if_published(share('reported.refused', 'reported.granted + reported.refused'), 'refused') }} as refusal_share,
    {{ share('reported.decisions', 'reported.all_decisions') }} as share_of_decisions,
    cast({{ if_delivered('reported.decisions_previous_quarter', 'reported.has_previous') }} as bigint) as decisions_previous_quarter,
    cast({{ if_delivered('reported.decisions_previous_year', 'reported.has_previous_year') }} as bigint) as decisions_previous_year,
    {{ relative_change('reported.decisions', if_delivered('reported.decisions_previous_quarter', 'reported.has_previous')) }} as change_on_quarter,
    {{ relative_change('reported.decisions', if_delivered('reported.decisions_previous_year', 'reported.has_previous_year')) }} as change_on_year,
    reported.is_total,
    {{ printed_order('reported.decisions desc, reported.licence_type_code') }} as sort_order
from reported
left join {{ ref('licence_types') }} as types on reported.licence_type_code = types.code
left join {{ ref('dim_partners') }} as partners on reported.partner = partners.partner
order by reported.period, reported.partner, sort_order
