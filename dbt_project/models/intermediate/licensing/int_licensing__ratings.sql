-- One row per control code as partners write it: the harmonised rating, all ratings of a cell that names several, and the list.
--
-- A partner with a control list of its own is mapped by code_lists.control_entry_crosswalk, exact matches before broader ones; every
-- other code is spelled in the printed form of its list. A code that is neither has no rating: it stays beside, as given.
with codes as (

    select distinct control_list, rating_code
    from {{ ref('int_licensing__lines_as_given') }}
    where rating_code is not null

),

mapped as (

    select
        src_list as control_list,
        src_code as rating_code,
        dst_code as rating,
        dst_list as item_list,
        row_number() over (
            partition by src_list, src_code
            order by case match when 'exact' then 1 when 'narrower' then 2 else 3 end, dst_code
        ) as choice
    from {{ ref('control_entry_crosswalk') }}
    where match in ('exact', 'narrower', 'broader')

),

spelled as (

    select
        rating_code,
        {{ regexp_replace_all("rating_code", "[,;&|\n]+|[ ](en|and|et|und)[ ]", "|") }} as rating_cut
    from codes
    where control_list is null

),

cut as (

    {{ pieces_of('spelled', 'rating_cut', '|', ['rating_code']) }}

),

ratings as (

    select
        rating_code,
        {{ normalise_rating('piece') }} as rating,
        piece_no
    from cut

),

distinct_ratings as (

    select rating_code, rating, min(piece_no) as piece_no
    from ratings
    where rating is not null
    group by rating_code, rating

),

-- Of an entry and a part of it in one cell (3A001 and 3A001.a) the part alone is counted: the entry says nothing more.
most_specific as (

    select
        distinct_ratings.rating_code,
        distinct_ratings.rating,
        distinct_ratings.piece_no,
        max(case when parts.rating is null then 0 else 1 end) as is_nested
    from distinct_ratings
    left join distinct_ratings as parts
        on
            distinct_ratings.rating_code = parts.rating_code
            and parts.rating like distinct_ratings.rating || '.%'
    group by distinct_ratings.rating_code, distinct_ratings.rating, distinct_ratings.piece_no

),

listed as (

    select rating_code, {{ joined_text('rating', '|', 'piece_no') }} as ratings
    from most_specific
    where is_nested = 0
    group by rating_code

),

nested as (

    select rating_code, max(is_nested) as is_nested
    from most_specific
    group by rating_code

)

select
    codes.control_list,
    codes.rating_code,
    coalesce(mapped.rating, split_part(listed.ratings, '|', 1)) as rating,
    coalesce(mapped.rating, listed.ratings) as ratings,
    coalesce(mapped.item_list, {{ rating_list("split_part(listed.ratings, '|', 1)") }}) as item_list,
    coalesce(nested.is_nested = 1, false) as has_nested_ratings
from codes
left join mapped
    on codes.control_list = mapped.control_list and codes.rating_code = mapped.rating_code and mapped.choice = 1
left join listed on codes.control_list is null and codes.rating_code = listed.rating_code
left join nested on codes.control_list is null and codes.rating_code = nested.rating_code
