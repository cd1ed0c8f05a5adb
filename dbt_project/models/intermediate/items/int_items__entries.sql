-- One row per entry of a control list and version of that list: the house's skeleton with the entries in which the sample trades.
-- Where a list says nothing of a regime, the number of the entry does. `is_newest` marks the version that was in force last.
with entries as (

    select
        code as rating,
        list_id as item_list,
        list_version,
        valid_from,
        valid_to,
        predecessor,
        regime,
        technology,
        name
    from {{ ref('control_entries') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by item_list, rating
            order by coalesce(valid_from, date '0001-01-01') desc, list_version desc
        ) as age
    from entries

)

select
    rating,
    item_list,
    nullif(list_version, '') as list_version,
    valid_from,
    valid_to,
    nullif(predecessor, '') as predecessor,
    regime,
    technology,
    name,
    age = 1 as is_newest
from ranked
