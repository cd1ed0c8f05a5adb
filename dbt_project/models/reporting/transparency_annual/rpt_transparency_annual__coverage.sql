-- How complete each particular is that the tables need. A share that moved by more than a tenth against the year before breaks the series.
{%- set particulars = [
    ('quarters', 'Quarters with decisions'),
    ('entries', 'Goods lines with a control entry'),
    ('destinations', 'Goods lines for one known country'),
    ('values', 'Goods lines granted with a value in euro'),
    ('criteria', 'Refusals with a criterion'),
    ('clocks', 'Applications with a known clock'),
    ('end_users', 'Applications with a kind of end user'),
    ('exports', 'Write-offs by customs with a value in euro'),
] %}
with decisions as (

    select * from {{ ref('fct_decisions') }} where decided_on is not null

),

counted as (

    select
        partner,
        year(decided_on) as year_number,
        'quarters' as particular,
        4 as records,
        count(distinct {{ quarter_name(quarter_number('decided_on')) }}) as delivered
    from decisions
    group by partner, year(decided_on)

    {% for particular, test in [('entries', 'rating is not null'), ('destinations', "destination_code <> 'XX'"), ('values', 'value_eur is not null')] %}
    union all

    select
        partner,
        year(decided_on) as year_number,
        '{{ particular }}' as particular,
        count(*) as records,
        sum(case when {{ test }} then 1 else 0 end) as delivered
    from {{ ref('fct_licence_lines') }}
    where decided_on is not null{{ " and outcome = 'granted'" if particular == 'values' }}
    group by partner, year(decided_on)

    {% endfor %}
    union all

    select
        decisions.partner,
        year(decisions.decided_on) as year_number,
        'criteria' as particular,
        count(*) as records,
        count(criteria.decision_ref) as delivered
    from decisions
    left join (select distinct partner, decision_ref from {{ ref('fct_refusal_criteria') }}) as criteria
        on decisions.partner = criteria.partner and decisions.decision_ref = criteria.decision_ref
    where decisions.outcome = 'refused'
    group by decisions.partner, year(decisions.decided_on)

    {% for particular, column in [('clocks', 'working_days_to_first_outcome'), ('end_users', 'end_user_type_code')] %}
    union all

    select
        partner,
        year(first_outcome_on) as year_number,
        '{{ particular }}' as particular,
        count(*) as records,
        count({{ column }}) as delivered
    from {{ ref('fct_applications') }}
    where first_outcome_on is not null and superseded_by_ref is null
    group by partner, year(first_outcome_on)

    {% endfor %}
    union all

    select
        partner,
        year_number,
        'exports' as particular,
        count(*) as records,
        count(value_eur) as delivered
    from {{ ref('rpt_licensing_facts__write_offs') }}
    group by partner, year_number

),

particulars as (

    {% for particular, label in particulars %}
    select '{{ particular }}' as particular, '{{ label }}' as label, {{ loop.index }} as sort_order
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

measured as (

    select
        periods.period,
        periods.period_number,
        periods.partner,
        particulars.particular,
        particulars.label,
        coalesce(counted.records, 0) as records,
        coalesce(counted.delivered, 0) as delivered,
        {{ share('counted.delivered', 'counted.records') }} as delivered_share,
        particulars.sort_order
    from {{ ref('rpt_catalogue__available_periods') }} as periods
    cross join particulars
    left join counted
        on
            periods.partner = counted.partner
            and periods.period_number = counted.year_number
            and particulars.particular = counted.particular
    where periods.report = 'transparency_annual'

)

select
    measured.period,
    measured.partner,
    measured.particular,
    measured.label,
    cast(measured.records as bigint) as records,
    cast(measured.delivered as bigint) as delivered,
    measured.delivered_share,
    earlier.delivered_share as delivered_share_previous_year,
    cast(measured.delivered_share - earlier.delivered_share as decimal(12, 3)) as change_on_year,
    case
        when measured.delivered = 0 then 'not delivered'
        when abs(measured.delivered_share - earlier.delivered_share) > 0.1 then 'break in the series'
        when measured.delivered = measured.records then 'complete'
        else 'in part'
    end as finding,
    measured.sort_order
from measured
left join measured as earlier
    on
        measured.partner = earlier.partner
        and measured.particular = earlier.particular
        and measured.period_number = earlier.period_number + 1
order by measured.period, measured.partner, measured.sort_order
