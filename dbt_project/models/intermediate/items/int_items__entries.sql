-- One row per entry of a control list and version of that list: the house's skeleton with the entries in which the sample trades, and the
-- official lists that the operator has loaded. What a list does not say of a regime, the number of the entry does (dim_items).
--
-- `is_newest` marks the version that counts for an entry: the one in force last, the skeleton after every official list.
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
        name,
        0 as is_official
    from {{ ref('control_entries') }}

    union all

    select
        code as rating,
        list_id as item_list,
        list_version,
        valid_from,
        valid_to,
        predecessor,
        cast(null as string) as regime,
        cast(null as string) as technology,
        title as name,
        1 as is_official
    from {{ ref('stg_reference_desk__control_lists') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by item_list, rating
            order by
                coalesce(valid_to, date '9999-12-31') desc,
                is_official desc,
                coalesce(valid_from, date '0001-01-01') desc,
                list_version desc
        ) as age,
        max(technology) over (partition by item_list, rating) as known_technology
    from entries

)

select
    rating,
    item_list,
    list_version,
    valid_from,
    valid_to,
    nullif(predecessor, '') as predecessor,
    regime,
    known_technology as technology,
    name,
    is_official = 1 as is_official,
    age = 1 as is_newest
from ranked
