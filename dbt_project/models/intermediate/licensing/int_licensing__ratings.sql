-- One row per control code as partners write it: the harmonised rating, all ratings of a cell that names several, and the list.
--
-- A code of a partner with a control list of its own is what the crosswalk said on the day of the decision (int_items__crosswalked), so
-- it stands here once per day. Every other code is spelled in the printed form of its list, whatever the day. A code that is neither
-- has no rating: it stays beside, as given; `rating_match` tells whether that is an answer ('none': CATCH_ALL, EAR99) or a gap.
with codes as (

    select distinct rating_code
    from {{ ref('int_licensing__lines_as_given') }}
    where rating_code is not null and control_list is null

),

spelled as (

    select
        rating_code,
        {{ regexp_replace_all("rating_code", "[,;&|\n]+|[ ](en|and|et|und)[ ]", "|") }} as rating_cut
    from codes

),

cut as (

    {{ pieces_of('spelled', 'rating_cut', '|', ['rating_code']) }}

),

ratings as (

    select
        rating_code,
        {{ normalise_rating('piece') }} as rating,
        length({{ regexp_replace_all("piece", "[^A-Za-z0-9]", "") }}) as letters,
        piece_no
    from cut

),

distinct_ratings as (

    select rating_code, rating, min(piece_no) as piece_no
    from ratings
    where rating is not null
    group by rating_code, rating

),

-- A piece that is no code, or of which only the entry could be read, leaves the ratings broader than what was written.
readings as (

    select
        rating_code,
        max(
            case
                when rating is null and letters > 0 then 1
                when rating not like '%.%' and letters > length(rating) then 1
                else 0
            end
        ) as is_coarse
    from ratings
    group by rating_code

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

    select
        rating_code,
        {{ joined_text("case when is_nested = 0 then rating end", '|', 'piece_no') }} as ratings,
        max(is_nested) as is_nested
    from most_specific
    group by rating_code

)

select
    cast(null as string) as control_list,
    codes.rating_code,
    cast(null as date) as decided_on,
    split_part(listed.ratings, '|', 1) as rating,
    listed.ratings,
    {{ rating_list("split_part(listed.ratings, '|', 1)") }} as item_list,
    coalesce(listed.is_nested = 1, false) as has_nested_ratings,
    case
        when listed.ratings is not null and readings.is_coarse = 0 then 'exact'
        when listed.ratings is not null then 'broader'
        when no_entry.src_code is not null then 'none'
        else 'unmapped'
    end as rating_match
from codes
left join readings on codes.rating_code = readings.rating_code
left join listed on codes.rating_code = listed.rating_code
left join {{ ref('control_entry_crosswalk') }} as no_entry
    on no_entry.src_list = 'NO_ENTRY' and upper(codes.rating_code) = no_entry.src_code

union all

select
    control_list,
    rating_code,
    decided_on,
    rating,
    rating as ratings,
    item_list,
    false as has_nested_ratings,
    rating_match
from {{ ref('int_items__crosswalked') }}
