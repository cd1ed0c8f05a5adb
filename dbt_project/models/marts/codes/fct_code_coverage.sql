with counted as (

    select
        code_list,
        partner,
        feed,
        field,
        match,
        count(*) as distinct_values,
        sum(lines) as lines
    from {{ ref('int_codes__matches') }}
    where not is_quarantined
    group by code_list, partner, feed, field, match

),

totals as (

    select
        *,
        sum(lines) over (partition by code_list, partner, feed, field) as lines_with_value
    from counted

)

select
    code_list,
    partner,
    feed,
    field,
    match,
    distinct_values,
    cast(lines as bigint) as lines,
    cast(lines_with_value as bigint) as lines_with_value,
    {{ share('lines', 'lines_with_value') }} as share
from totals
order by code_list, partner, feed, field, match
