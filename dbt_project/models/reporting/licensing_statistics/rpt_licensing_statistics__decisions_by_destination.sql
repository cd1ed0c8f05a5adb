-- A decision on goods for several countries counts once for each of them, so the total is one of decisions x destinations. Values go to
-- the one country of destination of a line; those of lines for several countries cannot be told apart and stand under XX.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'licensing_statistics' and period_kind = 'quarter'

),

line_destinations as (

    select distinct partner, application_ref, destination_codes from {{ ref('fct_licence_lines') }}

),

destinations as (

    select distinct partner, application_ref, piece as destination_code
    from ({{ pieces_of('line_destinations', 'destination_codes', '|', ['partner', 'application_ref']) }}) as pieces

),

cells as (

    select
        decisions.partner,
        {{ quarter_number('decisions.decided_on') }} as period_number,
        coalesce(destinations.destination_code, 'XX') as destination_code,
        sum(case when decisions.outcome = 'granted' then 1 else 0 end) as granted,
        sum(case when decisions.outcome = 'refused' then 1 else 0 end) as refused,
        count(*) as decisions,
        cast(0 as decimal(18, 2)) as value_eur
    from {{ ref('fct_decisions') }} as decisions
    left join destinations
        on decisions.partner = destinations.partner and decisions.application_ref = destinations.application_ref
    where decisions.counts_as = 'first_outcome' and decisions.decided_on is not null
    group by decisions.partner, {{ quarter_number('decisions.decided_on') }}, coalesce(destinations.destination_code, 'XX')

    union all

    select
        partner,
        {{ quarter_number('decided_on') }} as period_number,
        destination_code,
        0 as granted,
        0 as refused,
        0 as decisions,
        {{ money('sum(value_eur)') }} as value_eur
    from {{ ref('fct_licence_lines') }}
    where outcome = 'granted' and value_eur is not null and decided_on is not null
    group by partner, {{ quarter_number('decided_on') }}, destination_code

),

compared as (

    select
        cells.partner,
        cells.period_number + shifts.shift as period_number,
        cells.destination_code,
        grouping(cells.destination_code) = 1 as is_total,
        {{ shifted('cells.granted') }} as granted,
        {{ shifted('cells.refused') }} as refused,
        {{ shifted('cells.decisions') }} as decisions,
        {{ shifted('cells.value_eur') }} as value_eur,
        {{ shifted('cells.decisions', 1) }} as decisions_previous_quarter,
        {{ shifted('cells.decisions', 4) }} as decisions_previous_year,
        {{ shifted('cells.value_eur', 1) }} as value_eur_previous_quarter,
        {{ shifted('cells.value_eur', 4) }} as value_eur_previous_year
    from cells
    cross join {{ shifts('quarter') }}
    group by grouping sets (
        (cells.partner, cells.period_number + shifts.shift, cells.destination_code),
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
    case when reported.is_total then 'total' else reported.destination_code end as destination_code,
    case when reported.is_total then 'All destinations' else coalesce(countries.name, reported.destination_code) end as destination,
    cast(reported.granted as bigint) as granted,
    cast({{ if_published('reported.refused', 'refused') }} as bigint) as refused,
    cast(reported.decisions - reported.granted - reported.refused as bigint) as other,
    cast(reported.decisions as bigint) as decisions,
    {{ if_published(share('reported.refused', 'reported.granted + reported.refused'), 'refused') }} as refusal_share,
    {{ share('reported.decisions', 'reported.all_decisions') }} as share_of_decisions,
    {{ money('reported.value_eur') }} as value_eur,
    cast({{ if_delivered('reported.decisions_previous_quarter', 'reported.has_previous') }} as bigint) as decisions_previous_quarter,
    cast({{ if_delivered('reported.decisions_previous_year', 'reported.has_previous_year') }} as bigint) as decisions_previous_year,
    {{ money(if_delivered('reported.value_eur_previous_quarter', 'reported.has_previous')) }} as value_eur_previous_quarter,
    {{ money(if_delivered('reported.value_eur_previous_year', 'reported.has_previous_year')) }} as value_eur_previous_year,
    {{ relative_change('reported.decisions', if_delivered('reported.decisions_previous_quarter', 'reported.has_previous')) }} as change_on_quarter,
    {{ relative_change('reported.decisions', if_delivered('reported.decisions_previous_year', 'reported.has_previous_year')) }} as change_on_year,
    reported.is_total,
    {{ printed_order('reported.decisions desc, reported.destination_code') }} as sort_order
from reported
left join {{ ref('dim_countries') }} as countries on reported.destination_code = countries.country_code
left join {{ ref('dim_partners') }} as partners on reported.partner = partners.partner
order by reported.period, reported.partner, sort_order
