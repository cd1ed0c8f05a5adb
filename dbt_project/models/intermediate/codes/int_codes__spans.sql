-- One row per code that does not hold for ever and span of days on which it holds, of every list whose codes have days. Entries of control
-- lists are those of official lists that the operator loaded; what such a list says of days before its first version that was loaded,
-- nobody knows, so that `known_from` tells from when on it can be asked.
with spans as (

    {% for code_list in ['countries', 'currencies', 'legal_bases', 'licence_types'] -%}
    select
        '{{ code_list }}' as code_list,
        cast(null as string) as item_list,
        code,
        valid_from,
        valid_to,
        cast(null as date) as known_from
    from {{ ref(code_list) }}

    union all

    {% endfor -%}
    select
        'control_entries' as code_list,
        item_list,
        rating as code,
        valid_from,
        valid_to,
        min(valid_from) over (partition by item_list) as known_from
    from {{ ref('int_items__entries') }}
    where is_official

),

judged as (

    select
        *,
        max(case when valid_from is null and valid_to is null then 1 else 0 end)
            over (partition by code_list, item_list, code) as holds_for_ever
    from spans

)

select
    code_list,
    item_list,
    code,
    valid_from,
    valid_to,
    known_from
from judged
where holds_for_ever = 0
