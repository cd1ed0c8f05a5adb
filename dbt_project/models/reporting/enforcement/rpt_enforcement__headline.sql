-- The figures that the sentences on the first page need, one row each; see rpt_licensing_statistics__headline for the changes.
{%- set measures = [
    ('declarations', 'Export declaration lines', 'number'),
    ('inspections', 'Inspections', 'number'),
    ('irregular', 'Inspections with an irregular result', 'number'),
    ('hit_share', 'Irregular, of all inspections', 'share'),
    ('inspections_per_1000', 'Inspections per 1,000 declaration lines', 'rate'),
    ('seizures', 'Seizures', 'number'),
    ('value_seized_eur', 'Value of the goods seized', 'eur'),
    ('cases_opened', 'Cases opened', 'number'),
    ('cases_concluded', 'Cases concluded', 'number'),
    ('cases_open_at_end', 'Cases open at the end', 'number'),
    ('penalties', 'Penalties and other outcomes', 'number'),
    ('amount_eur', 'Amount of penalties imposed', 'eur'),
] %}
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'enforcement'

),

inspections as (

    select * from {{ ref('rpt_enforcement__inspections_by_trigger') }} where is_total

),

seizures as (

    select * from {{ ref('rpt_enforcement__seizures_by_destination') }} where is_total

),

cases as (

    select * from {{ ref('rpt_enforcement__cases') }} where is_total

),

penalties as (

    select * from {{ ref('rpt_enforcement__penalties') }} where is_total

),

figures as (

    select
        periods.period,
        periods.period_number,
        periods.partner,
        inspections.declarations,
        inspections.inspections,
        inspections.irregular,
        inspections.hit_share,
        inspections.inspections_per_1000,
        seizures.seizures,
        seizures.value_eur as value_seized_eur,
        cases.opened as cases_opened,
        cases.concluded as cases_concluded,
        cases.open_at_end as cases_open_at_end,
        penalties.penalties,
        penalties.amount_eur
    from periods
    left join inspections on periods.partner = inspections.partner and periods.period = inspections.period
    left join seizures on periods.partner = seizures.partner and periods.period = seizures.period
    left join cases on periods.partner = cases.partner and periods.period = cases.period
    left join penalties on periods.partner = penalties.partner and periods.period = penalties.period

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
    earlier.value as previous_half,
    year_before.value as previous_year,
    {{ change_of('measured.unit', 'measured.value', 'earlier.value') }} as change_on_half,
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
        and measured.period_number = year_before.period_number + 2
where measured.value is not null
order by measured.period, measured.partner, measured.sort_order
