-- A refusal that cites 2a and 2c counts once under criterion 2; one that cites 2 and 7 counts under both. So the parts add up to the
-- citations (the total row), not to the refusals, and the shares may exceed 100 % together. `none` counts refusals that cite nothing.
with refusals as (

    select * from {{ ref('rpt_refusals_denials__refusals') }} where has_criteria

),

cells as (

    {% for criterion in criteria_codes() -%}
    select partner, year_number, '{{ criterion }}' as criterion_code, sum(criterion_{{ criterion }}) as refusals
    from refusals
    group by partner, year_number

    union all

    {% endfor -%}
    select partner, year_number, 'none' as criterion_code, sum(case when criteria = 0 then 1 else 0 end) as refusals
    from refusals
    group by partner, year_number

),

counted as (

    select partner, year_number, count(*) as all_refusals
    from refusals
    group by partner, year_number

),

reported as (

    {{ over_years('refusals_denials', ['criterion_code'], counts=['refusals'], compared=['refusals']) }}

)

select
    reported.period,
    reported.partner,
    reported.criterion_code,
    case
        when reported.is_total then 'All citations'
        when reported.criterion_code = 'none' then 'No criterion stated'
        when reported.criterion_code = 'other' then 'Other ground'
        else criteria.name
    end as criterion,
    reported.refusals,
    case when not reported.is_total then {{ share('reported.refusals', 'counted.all_refusals') }} end as share_of_refusals,
    cast(coalesce(counted.all_refusals, 0) as bigint) as all_refusals,
    reported.refusals_previous_year,
    reported.is_total,
    {{ printed_order("reported.criterion_code = 'none', reported.criterion_code") }} as sort_order
from reported
left join counted on reported.partner = counted.partner and reported.period_number = counted.year_number
left join {{ ref('refusal_criteria') }} as criteria on reported.criterion_code = criteria.code
order by reported.period, reported.partner, sort_order
