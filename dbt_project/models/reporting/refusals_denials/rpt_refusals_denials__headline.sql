-- The figures that the sentences on the first page need, one row each.
{%- set measures = [
    ('refused', 'Applications refused', 'number'),
    ('granted', 'Licences granted', 'number'),
    ('refusal_share', 'Refused, of granted and refused', 'share'),
    ('citations', 'Citations of a criterion', 'number'),
    ('refused_destinations', 'Destinations with a refusal', 'number'),
    ('denials_issued', 'Denials of partner states', 'number'),
    ('denials_in_force', 'Denials in force at the end of the year', 'number'),
] %}
with first_outcomes as (

    select
        partner,
        cast(year(decided_on) as string) as period,
        {{ count_of('granted') }} as granted,
        {{ count_of('refused') }} as refused
    from {{ ref('fct_decisions') }}
    where {{ is_first_outcome() }}
    group by partner, year(decided_on)

),

citations as (

    select period, partner, refusals - sum(case when criterion_code = 'none' then refusals else 0 end) over (partition by period, partner) as citations, is_total
    from {{ ref('rpt_refusals_denials__by_criterion') }}

),

countries as (

    select period, partner, count(*) as refused_destinations
    from {{ ref('rpt_refusals_denials__by_destination') }}
    where not is_total and refusals > 0 and destination_code <> 'XX'
    group by period, partner

),

denials as (

    select * from {{ ref('rpt_refusals_denials__denials_by_region') }} where is_total

),

figures as (

    select
        periods.period,
        periods.period_number,
        periods.partner,
        first_outcomes.refused,
        first_outcomes.granted,
        {{ share('first_outcomes.refused', 'first_outcomes.granted + first_outcomes.refused') }} as refusal_share,
        citations.citations,
        case when first_outcomes.partner is not null then coalesce(countries.refused_destinations, 0) end as refused_destinations,
        denials.issued as denials_issued,
        denials.in_force as denials_in_force
    from {{ ref('rpt_catalogue__available_periods') }} as periods
    {% for name in ['first_outcomes', 'citations', 'countries', 'denials'] -%}
    left join {{ name }}
        on periods.partner = {{ name }}.partner and periods.period = {{ name }}.period{{ ' and citations.is_total' if name == 'citations' }}
    {% endfor -%}
    where periods.report = 'refusals_denials'

),

reported as (

    {{ key_figures_by_year(measures) }}

)

select * from reported
order by period, partner, sort_order
