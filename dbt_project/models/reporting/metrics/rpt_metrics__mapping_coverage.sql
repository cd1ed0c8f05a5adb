-- M17. Goods lines decided in the period by what their harmonised rating, and their destination, is to the text that the partner wrote. Lines on
-- which nothing was written stand beside.
{%- set fields = [
    ('rating', 'rating_code', 'rating_match'),
    ('destination', 'destination_text', 'destination_match'),
] %}
with facts as (

    {% for field, given, match in fields %}
    select
        partner,
        decided_on,
        '{{ field }}' as field_code,
        case when {{ given }} is null then 'not_stated' else coalesce({{ match }}, 'unmapped') end as match_code
    from {{ ref('fct_licence_lines') }}
    where decided_on is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

summed as (

    select
        kinds.period_kind,
        {{ period_of('facts.decided_on') }} as period,
        facts.partner,
        facts.field_code,
        sum(case when facts.match_code <> 'not_stated' then 1 else 0 end) as lines,
        sum(case when facts.match_code = 'exact' then 1 else 0 end) as exact_lines,
        sum(case when facts.match_code in ('broader', 'narrower', 'related') then 1 else 0 end) as broader_lines,
        sum(case when facts.match_code = 'none' then 1 else 0 end) as without_counterpart,
        sum(case when facts.match_code = 'unmapped' then 1 else 0 end) as unmapped_lines,
        sum(case when facts.match_code = 'not_stated' then 1 else 0 end) as not_stated
    from facts
    cross join {{ period_kinds() }}
    group by kinds.period_kind, {{ period_of('facts.decided_on') }}, facts.partner, facts.field_code

)

select
    period,
    period_kind,
    partner,
    field_code,
    case field_code when 'rating' then 'Control entries' else 'Countries' end as field,
    cast(lines as bigint) as lines,
    cast(exact_lines as bigint) as exact_lines,
    {{ share('exact_lines', 'lines') }} as exact_share,
    cast(broader_lines as bigint) as broader_lines,
    {{ share('broader_lines', 'lines') }} as broader_share,
    cast(without_counterpart as bigint) as without_counterpart,
    cast(unmapped_lines as bigint) as unmapped_lines,
    {{ share('unmapped_lines', 'lines') }} as unmapped_share,
    cast(not_stated as bigint) as not_stated,
    cast(row_number() over (partition by period, partner order by field_code desc) as integer) as sort_order
from summed
order by period, partner, sort_order
