-- Actual exports beside licensed value, by destination: what was licensed in the period, and what left in it under licences of whatever
-- period. The two do not belong to each other licence by licence; M6 is the figure that does.
with licensed as (

    select
        partner,
        decided_on as counted_on,
        destination_code,
        1 as lines_licensed,
        coalesce(value_eur, 0) as licensed_eur,
        0 as write_offs,
        cast(0 as decimal(18, 2)) as exported_eur
    from {{ ref('fct_licence_lines') }}
    where outcome = 'granted' and decided_on is not null

),

exported as (

    select
        licensing_partner as partner,
        used_on as counted_on,
        destination_code,
        0 as lines_licensed,
        cast(0 as decimal(18, 2)) as licensed_eur,
        case when is_reversal then 0 else 1 end as write_offs,
        coalesce(value_eur, 0) as exported_eur
    from {{ ref('fct_licensed_exports') }}
    where licensing_partner is not null

),

-- An authority of whose licences no use is recorded anywhere has no column of nought.
recorded as (

    select distinct partner from exported

),

facts as (

    select * from licensed
    union all
    select * from exported

),

summed as (

    select
        kinds.period_kind,
        {{ period_of('facts.counted_on') }} as period,
        facts.partner,
        coalesce(facts.destination_code, 'total') as destination_code,
        grouping(facts.destination_code) = 1 as is_total,
        sum(facts.lines_licensed) as lines_licensed,
        sum(facts.licensed_eur) as licensed_eur,
        sum(facts.write_offs) as write_offs,
        sum(facts.exported_eur) as exported_eur
    from facts
    cross join {{ period_kinds() }}
    group by grouping sets (
        (kinds.period_kind, {{ period_of('facts.counted_on') }}, facts.partner, facts.destination_code),
        (kinds.period_kind, {{ period_of('facts.counted_on') }}, facts.partner)
    )

),

reported as (

    select summed.*, recorded.partner is not null as is_recorded
    from summed
    left join recorded on summed.partner = recorded.partner

)

select
    reported.period,
    reported.period_kind,
    reported.partner,
    reported.destination_code,
    case when reported.is_total then 'All destinations' else coalesce(countries.name, reported.destination_code) end as destination,
    cast(reported.lines_licensed as bigint) as lines_licensed,
    {{ money('reported.licensed_eur') }} as licensed_eur,
    cast(case when reported.is_recorded then reported.write_offs end as bigint) as write_offs,
    {{ money('case when reported.is_recorded then reported.exported_eur end') }} as exported_eur,
    reported.is_total,
    {{ printed_order('reported.lines_licensed desc, reported.destination_code') }} as sort_order
from reported
left join {{ ref('dim_countries') }} as countries on reported.destination_code = countries.country_code
order by reported.period, reported.partner, sort_order
