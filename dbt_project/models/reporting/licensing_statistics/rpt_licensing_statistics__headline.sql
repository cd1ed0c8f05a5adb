-- The figures that the sentences on the first page need, one row each. The change of a share is the difference of two shares (0.012 is 1.2
-- percentage points), that of anything else is relative to the earlier figure.
{%- set measures = [
    ('decisions', 'Applications decided', 'number'),
    ('granted', 'Licences granted', 'number'),
    ('refused', 'Applications refused', 'number'),
    ('nlr', 'No licence required', 'number'),
    ('withdrawn', 'Applications withdrawn', 'number'),
    ('stopped', 'Applications stopped', 'number'),
    ('revoked', 'Licences revoked', 'number'),
    ('granted_or_refused', 'Granted or refused', 'number'),
    ('refusal_share', 'Refused, of those granted or refused', 'share'),
    ('lines', 'Goods lines decided', 'number'),
    ('value_granted_eur', 'Value of the goods granted', 'eur'),
    ('destinations', 'Countries of destination', 'number'),
    ('with_known_clock', 'Applications with a known clock', 'number'),
    ('median_working_days', 'Median working days to first outcome', 'days'),
    ('share_within_20', 'First outcome within 20 working days', 'share'),
    ('share_within_60', 'First outcome within 60 working days', 'share'),
] %}
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'licensing_statistics' and period_kind = 'quarter'

),

outcomes as (

    select * from {{ ref('rpt_licensing_statistics__decisions_by_type_and_outcome') }} where is_total

),

goods as (

    select * from {{ ref('rpt_licensing_statistics__decisions_by_rating') }} where is_total

),

countries as (

    select period, partner, count(*) as destinations
    from {{ ref('rpt_licensing_statistics__decisions_by_destination') }}
    where not is_total and decisions > 0 and destination_code <> 'XX'
    group by period, partner

),

clocks as (

    select * from {{ ref('rpt_licensing_statistics__processing_times') }} where is_total

),

figures as (

    select
        periods.period,
        periods.period_number,
        periods.partner,
        outcomes.decisions,
        outcomes.granted,
        outcomes.refused,
        outcomes.nlr,
        outcomes.withdrawn,
        outcomes.stopped,
        outcomes.revoked,
        outcomes.granted + outcomes.refused as granted_or_refused,
        outcomes.refusal_share,
        goods.lines,
        goods.value_eur as value_granted_eur,
        coalesce(countries.destinations, 0) as destinations,
        clocks.with_known_clock,
        clocks.median_days as median_working_days,
        clocks.share_within_20,
        clocks.share_within_60
    from periods
    inner join outcomes on periods.partner = outcomes.partner and periods.period = outcomes.period
    left join goods on periods.partner = goods.partner and periods.period = goods.period
    left join countries on periods.partner = countries.partner and periods.period = countries.period
    left join clocks on periods.partner = clocks.partner and periods.period = clocks.period

),

measured as (

    {{ measures_as_rows(measures) }}

)

select
    measured.period,
    measured.partner,
    measured.measure,
    measured.label,
    measured.unit,
    measured.value,
    earlier.value as previous_quarter,
    year_before.value as previous_year,
    {{ change_of('measured.unit', 'measured.value', 'earlier.value') }} as change_on_quarter,
    {{ change_of('measured.unit', 'measured.value', 'year_before.value') }} as change_on_year,
    measured.sort_order
from measured
left join measured as earlier
    on
        measured.partner = earlier.partner
        and measured.measure = earlier.measure
        and measured.period_number = earlier.period_number + 1
left join measured as year_before
    on
        measured.partner = year_before.partner
        and measured.measure = year_before.measure
        and measured.period_number = year_before.period_number + 4
where measured.value is not null
order by measured.period, measured.partner, measured.sort_order
