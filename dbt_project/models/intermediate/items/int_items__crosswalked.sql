-- One row per control code of a partner with a list of its own and day on which it decided under it: what the crosswalk said on that day.
--
-- Of several counterparts the closest is taken: exact, then narrower, then broader. An entry that is only related is no counterpart, and
-- "none" says that there is none, which is an answer: neither gives a rating.
with asked as (

    select distinct
        control_list,
        rating_code,
        decided_on
    from {{ ref('int_licensing__lines_as_given') }}
    where control_list is not null and rating_code is not null

),

choices as (

    select
        asked.control_list,
        asked.rating_code,
        asked.decided_on,
        case when crosswalk.match in ('exact', 'narrower', 'broader') then crosswalk.dst_code end as rating,
        case when crosswalk.match in ('exact', 'narrower', 'broader') then crosswalk.dst_list end as item_list,
        crosswalk.match as rating_match,
        row_number() over (
            partition by asked.control_list, asked.rating_code, asked.decided_on
            order by
                case crosswalk.match when 'exact' then 1 when 'narrower' then 2 when 'broader' then 3 when 'related' then 4 else 5 end,
                crosswalk.dst_code
        ) as choice
    from asked
    left join {{ ref('control_entry_crosswalk') }} as crosswalk
        on
            asked.control_list = crosswalk.src_list
            and asked.rating_code = crosswalk.src_code
            and {{ in_force_on('crosswalk', 'asked.decided_on') }}

)

select
    control_list,
    rating_code,
    decided_on,
    rating,
    item_list,
    coalesce(rating_match, 'unmapped') as rating_match
from choices
where choice = 1
