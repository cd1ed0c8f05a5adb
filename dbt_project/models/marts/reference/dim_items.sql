with seen as (

    select
        rating,
        item_list,
        count(*) as lines
    from {{ ref('fct_licence_lines') }}
    where rating is not null
    group by rating, item_list

),

listed as (

    select * from {{ ref('int_items__entries') }} where is_newest

),

items as (

    select
        coalesce(listed.rating, seen.rating) as rating,
        coalesce(listed.item_list, seen.item_list) as item_list,
        listed.regime,
        listed.technology,
        listed.name,
        listed.rating is not null as is_listed,
        coalesce(seen.lines, 0) as lines,
        listed.list_version,
        listed.valid_from,
        listed.valid_to,
        listed.predecessor
    from listed
    full outer join seen on listed.rating = seen.rating and listed.item_list = seen.item_list

)

select
    rating,
    item_list,
    {{ rating_entry('rating') }} as entry,
    {{ rating_category('rating') }} as category_code,
    {{ rating_group('rating') }} as product_group,
    coalesce(regime, {{ rating_regime('rating') }}) as regime,
    technology,
    name,
    is_listed,
    lines,
    {{ rating_parent('rating') }} as parent,
    {{ rating_level('rating') }} as level,
    list_version,
    valid_from,
    valid_to,
    predecessor
from items
order by item_list, rating
