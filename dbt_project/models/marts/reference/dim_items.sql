with seen as (

    select rating, item_list, count(*) as lines
    from {{ ref('fct_licence_lines') }}
    where rating is not null
    group by rating, item_list

),

listed as (

    select
        code as rating,
        list_id as item_list,
        product_group,
        regime,
        technology,
        name
    from {{ ref('control_entries') }}

)

select
    coalesce(listed.rating, seen.rating) as rating,
    coalesce(listed.item_list, seen.item_list) as item_list,
    {{ rating_entry('coalesce(listed.rating, seen.rating)') }} as entry,
    {{ rating_category('coalesce(listed.rating, seen.rating)') }} as category_code,
    listed.product_group,
    listed.regime,
    listed.technology,
    listed.name,
    listed.rating is not null as is_listed,
    coalesce(seen.lines, 0) as lines
from listed
full outer join seen on listed.rating = seen.rating and listed.item_list = seen.item_list
order by item_list, rating
