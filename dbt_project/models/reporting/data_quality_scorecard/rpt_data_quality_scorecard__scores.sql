-- A component of a partner is the plain mean of its feeds where it is known; the score is the weighted mean of the known
-- components as published, so that a reader can compute it again. A rejected file caps it at 50.
{%- set components = ['completeness', 'validity', 'uniqueness', 'timeliness', 'consistency', 'stability'] %}
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'data_quality_scorecard'

),

weights as (

    select
        {%- for component in components %}
        max(case when code = '{{ component }}' then cast(1000 * cast(weight as decimal(4, 3)) as bigint) end) as {{ component }}
        {{- "," if not loop.last }}
        {%- endfor %}
    from {{ ref('quality_weights') }}

),

meant as (

    select
        period,
        partner,
        cast(count(*) as bigint) as feeds,
        cast(sum(submissions_expected) as bigint) as submissions_expected,
        cast(sum(submissions_received) as bigint) as submissions_received,
        cast(sum(submissions_missing) as bigint) as submissions_missing,
        cast(sum(files_rejected) as bigint) as files_rejected,
        cast(sum(rows_read) as bigint) as rows_read,
        {%- for component in components %}
        {{ share('sum(cast(1000 * ' ~ component ~ ' as bigint))', '1000 * count(' ~ component ~ ')') }} as {{ component }}
        {{- "," if not loop.last }}
        {%- endfor %}
    from {{ ref('rpt_data_quality_scorecard__feeds') }}
    group by period, partner

),

weighed as (

    select
        meant.*,
        {%- for component in components %}
        coalesce(weights.{{ component }} * cast(1000 * meant.{{ component }} as bigint), 0) {{- " +" if not loop.last }}
        {%- endfor %} as weighted_sum,
        {%- for component in components %}
        case when meant.{{ component }} is null then 0 else weights.{{ component }} end {{- " +" if not loop.last }}
        {%- endfor %} as weight_known
    from meant
    cross join weights

),

scored as (

    select
        weighed.*,
        cast({{ share('weighted_sum', 'weight_known') }} as decimal(9, 3)) as tenths
    from weighed

),

capped as (

    select
        scored.*,
        cast(round(scored.tenths, 0) * 0.1 as decimal(5, 1)) as score_before_cap,
        cast(
            case when scored.files_rejected > 0 and scored.tenths > 500 then 50.0 else round(scored.tenths, 0) * 0.1 end as decimal(5, 1)
        ) as score
    from scored

)

select
    periods.period,
    periods.partner,
    capped.feeds,
    capped.submissions_expected,
    capped.submissions_received,
    capped.submissions_missing,
    capped.files_rejected,
    capped.rows_read,
    {%- for component in components %}
    cast(capped.{{ component }} as decimal(9, 3)) as {{ component }},
    {%- endfor %}
    capped.score_before_cap,
    capped.score,
    coalesce(capped.score < capped.score_before_cap, false) as is_capped,
    earlier.score as score_previous_quarter,
    cast(capped.score - earlier.score as decimal(6, 1)) as change_on_quarter
from periods
inner join capped on periods.period = capped.period and periods.partner = capped.partner
left join periods as before
    on periods.partner = before.partner and periods.period_number = before.period_number + 1
left join capped as earlier on before.period = earlier.period and before.partner = earlier.partner
order by periods.period, periods.partner
