-- One row per report, period and partner for which there is something to report.
with decisions as (

    select partner, {{ quarter_number('decided_on') }} as period_number, count(*) as records
    from {{ ref('fct_decisions') }}
    where decided_on is not null
    group by partner, {{ quarter_number('decided_on') }}

),

licensed_values as (

    select partner, year_number as period_number, count(*) as records
    from {{ ref('fct_licensed_values') }}
    group by partner, year_number

),

enforcement_events as (

    select partner, {{ half_number('inspected_on') }} as period_number, true as is_act from {{ ref('fct_inspections') }}
    union all
    select partner, {{ half_number('seized_on') }} as period_number, true as is_act from {{ ref('fct_seizures') }}
    union all
    select partner, {{ half_number('opened_on') }} as period_number, true as is_act from {{ ref('fct_enforcement_cases') }}
    union all
    select partner, {{ half_number('imposed_on') }} as period_number, true as is_act from {{ ref('fct_penalties') }}
    union all
    select partner, {{ half_number('declared_on') }} as period_number, false as is_act from {{ ref('fct_declarations') }}

),

-- A partner that declares but never acts (a set of declarations alone) is no enforcement agency.
enforcers as (

    select distinct partner from enforcement_events where is_act

),

enforcement as (

    select events.partner, events.period_number, count(*) as records
    from enforcement_events as events
    inner join enforcers on events.partner = enforcers.partner
    where events.period_number is not null
    group by events.partner, events.period_number

),

newest as (

    select cast(max(received_at) as date) as received_on from {{ ref('fct_submissions') }}

),

-- A quarter is scored when it was over on the day of the newest receipt and something was due or came for it.
-- A quarter of which nobody has said anything yet is no quarter to score.
spoken_of as (

    select distinct quarter_number from {{ ref('fct_submission_quality') }}

),

scored as (

    select told.partner, told.period_number, sum(told.records) as records
    from (
        select partner, quarter_number as period_number, 1 as records
        from {{ ref('fct_expected_submissions') }}
        where is_due and not is_fulfilled
        union all
        select partner, quarter_number as period_number, 1 as records from {{ ref('fct_submission_quality') }}
    ) as told
    inner join spoken_of on told.period_number = spoken_of.quarter_number
    cross join newest
    where {{ quarter_start('told.period_number + 1') }} <= newest.received_on
    group by told.partner, told.period_number

),

reports_of_refusals as (

    select 'refusals_denials' as report
    union all
    select 'refusals_denials_cases' as report

),

-- Who has something to say in which yearly report.
yearly as (

    select
        'transparency_annual' as report,
        partner,
        year(decided_on) as period_number,
        count(*) as records
    from {{ ref('fct_decisions') }}
    where decided_on is not null
    group by partner, year(decided_on)

    union all

    select
        reports.report,
        decisions.partner,
        year(decisions.decided_on) as period_number,
        count(*) as records
    from {{ ref('fct_decisions') }} as decisions
    inner join {{ ref('dim_partners') }} as partners on decisions.partner = partners.partner
    cross join reports_of_refusals as reports
    where decisions.decided_on is not null and {{ publishes('refused') }}
    group by reports.report, decisions.partner, year(decisions.decided_on)

    union all

    select
        reports.report,
        denials.partner,
        year(denials.issued_on) as period_number,
        count(*) as records
    from {{ ref('fct_denials') }} as denials
    cross join reports_of_refusals as reports
    where denials.issued_on is not null
    group by reports.report, denials.partner, year(denials.issued_on)

    union all

    select
        case when category_code = 'ML' then 'arms_export_return' else 'dual_use_return' end as report,
        partner,
        year_number as period_number,
        count(*) as records
    from {{ ref('rpt_licensing_facts__granted_lines') }}
    where category_code = 'ML' or category_code between '0' and '9'
    group by case when category_code = 'ML' then 'arms_export_return' else 'dual_use_return' end, partner, year_number

),

periods as (

    select
        'licensing_statistics' as report,
        'quarter' as period_kind,
        {{ quarter_name('period_number') }} as period,
        {{ quarter_start('period_number') }} as period_start_on,
        {{ day_plus(quarter_start('period_number + 1'), -1) }} as period_end_on,
        4 as periods_a_year,
        *
    from decisions

    union all

    select
        'licensing_statistics' as report,
        'year' as period_kind,
        cast(period_number as string) as period,
        make_date(cast(period_number as integer), 1, 1) as period_start_on,
        make_date(cast(period_number as integer), 12, 31) as period_end_on,
        1 as periods_a_year,
        *
    from licensed_values

    union all

    select
        'enforcement' as report,
        'half_year' as period_kind,
        {{ half_name('period_number') }} as period,
        {{ half_start('period_number') }} as period_start_on,
        {{ day_plus(half_start('period_number + 1'), -1) }} as period_end_on,
        2 as periods_a_year,
        *
    from enforcement

    union all

    select
        'data_quality_scorecard' as report,
        'quarter' as period_kind,
        {{ quarter_name('period_number') }} as period,
        {{ quarter_start('period_number') }} as period_start_on,
        {{ day_plus(quarter_start('period_number + 1'), -1) }} as period_end_on,
        4 as periods_a_year,
        *
    from scored
    {%- for report, kind in own_periods() %}
    {%- set forms = period_forms(kind, 'period_number') %}

    union all

    select
        '{{ report }}' as report,
        '{{ kind }}' as period_kind,
        {{ forms.name }} as period,
        {{ forms.start }} as period_start_on,
        {{ day_plus(forms.next, -1) }} as period_end_on,
        {{ forms.a_year }} as periods_a_year,
        partner,
        period_number,
        records
    from {{ ref('rpt_' ~ report ~ '__periods') }}
    {%- endfor %}

    union all

    select
        report,
        'year' as period_kind,
        cast(period_number as string) as period,
        make_date(cast(period_number as integer), 1, 1) as period_start_on,
        make_date(cast(period_number as integer), 12, 31) as period_end_on,
        1 as periods_a_year,
        partner,
        period_number,
        records
    from yearly

)

select
    periods.report,
    periods.period,
    periods.period_kind,
    cast(periods.period_number as integer) as period_number,
    periods.period_start_on,
    periods.period_end_on,
    periods.partner,
    partners.name as partner_name,
    cast(periods.records as bigint) as records,
    earlier.period is not null as has_previous,
    year_before.period is not null as has_previous_year
from periods
left join {{ ref('dim_partners') }} as partners on periods.partner = partners.partner
left join periods as earlier
    on
        periods.report = earlier.report
        and periods.period_kind = earlier.period_kind
        and periods.partner = earlier.partner
        and periods.period_number = earlier.period_number + 1
left join periods as year_before
    on
        periods.report = year_before.report
        and periods.period_kind = year_before.period_kind
        and periods.partner = year_before.partner
        and periods.period_number = year_before.period_number + periods.periods_a_year
order by periods.report, periods.period, periods.partner
