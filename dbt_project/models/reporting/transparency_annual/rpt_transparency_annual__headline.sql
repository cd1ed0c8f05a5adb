-- The figures that the sentences on the first page need, one row each. Null: the partner does not deliver it.
{%- set measures = [
    ('processed', 'Applications processed', 'number'),
    ('granted', 'Licences granted', 'number'),
    ('refused', 'Applications refused', 'number'),
    ('nlr', 'No licence required', 'number'),
    ('withdrawn', 'Applications withdrawn', 'number'),
    ('stopped', 'Applications stopped', 'number'),
    ('revoked', 'Licences revoked', 'number'),
    ('refusal_share_a', 'A: refused, of all processed', 'share'),
    ('refusal_share_b', 'B: refused, of granted and refused', 'share'),
    ('refusal_share_c', 'C: refused, of granted, refused and revoked', 'share'),
    ('value_granted_eur', 'Value of the goods licensed', 'eur'),
    ('value_exported_eur', 'Exported under licences with a value', 'eur'),
    ('value_exported_open_eur', 'Exported under open licences', 'eur'),
    ('destinations', 'Countries of destination', 'number'),
    ('median_working_days', 'Median working days to first outcome', 'days'),
    ('share_within_20', 'First outcome within 20 working days', 'share'),
    ('share_within_60', 'First outcome within 60 working days', 'share'),
    ('open_at_end', 'Applications open at the end of the year', 'number'),
    ('appeals_decided', 'Appeals decided', 'number'),
    ('upheld_share', 'Appeals upheld, of those decided', 'share'),
] %}
with outcomes as (

    select * from {{ ref('rpt_transparency_annual__decisions_by_type_and_outcome') }} where is_total

),

rates as (

    select
        period,
        partner,
        max(case when variant = 'A' then refusal_share end) as refusal_share_a,
        max(case when variant = 'B' then refusal_share end) as refusal_share_b,
        max(case when variant = 'C' then refusal_share end) as refusal_share_c
    from {{ ref('rpt_transparency_annual__refusal_rates') }}
    group by period, partner

),

countries as (

    select period, partner, count(*) as destinations
    from {{ ref('rpt_transparency_annual__decisions_by_destination') }}
    where not is_total and processed > 0 and destination_code <> 'XX'
    group by period, partner

),

amounts as (

    select * from {{ ref('rpt_transparency_annual__values_by_destination') }} where is_total

),

clocks as (

    select * from {{ ref('rpt_transparency_annual__processing_times') }} where is_total

),

backlog as (

    select * from {{ ref('rpt_transparency_annual__backlog') }} where is_total

),

appeals as (

    select * from {{ ref('rpt_transparency_annual__appeals') }} where is_total

),

figures as (

    select
        periods.period,
        periods.period_number,
        periods.partner,
        outcomes.processed,
        outcomes.granted,
        outcomes.refused,
        outcomes.nlr,
        outcomes.withdrawn,
        outcomes.stopped,
        outcomes.revoked,
        rates.refusal_share_a,
        rates.refusal_share_b,
        rates.refusal_share_c,
        amounts.value_eur as value_granted_eur,
        amounts.exported_eur as value_exported_eur,
        amounts.exported_open_eur as value_exported_open_eur,
        coalesce(countries.destinations, 0) as destinations,
        clocks.median_days as median_working_days,
        clocks.share_within_20,
        clocks.share_within_60,
        backlog.open_at_end,
        appeals.decided as appeals_decided,
        appeals.upheld_share
    from {{ ref('rpt_catalogue__available_periods') }} as periods
    {% for name in ['outcomes', 'rates', 'countries', 'amounts', 'clocks', 'backlog', 'appeals'] -%}
    left join {{ name }} on periods.partner = {{ name }}.partner and periods.period = {{ name }}.period
    {% endfor -%}
    where periods.report = 'transparency_annual'

),

reported as (

    {{ key_figures_by_year(measures, say_missing=true) }}

)

select * from reported
order by period, partner, sort_order
