-- One row per destination as partners write it in words: 'Chili via België' is Chile, by way of Belgium; 'DE/FR/VK' are three countries.
--
-- The whole text is looked up first ('Trinidad en Tobago' is one country), then its pieces at commas, semicolons, slashes and line
-- ends, then the pieces of those at the words for "and". Only if every piece is known are the countries listed; else the destination is XX
-- ("unknown or various") and the text as given says the rest: 'Wereld muv gevoelige landen en China' must not become China.
with texts as (

    select distinct
        destination_text,
        {{ regexp_replace_all("lower(destination_text)", "[^a-z]via[^a-z]", ">") }} as route
    from {{ ref('int_licensing__lines_as_given') }}
    where destination_text is not null and destination_iso is null

),

aliases as (

    select
        alias,
        iso2 as country_code,
        case when kind in ('group', 'unspecified') or iso2 = 'XX' then 'none' when kind = 'territory' then 'broader' else 'exact' end as match
    from {{ ref('country_aliases') }}

),

routes as (

    select
        destination_text,
        split_part(route, '>', 1) as towards,
        {{ normalise_country_text("split_part(route, '>', 1)") }} as towards_normalised,
        {{ normalise_country_text("split_part(route, '>', 2)") }} as via_normalised,
        {{ regexp_replace_all("split_part(route, '>', 1)", "[,;/\n]+", "|") }} as towards_cut
    from texts

),

whole as (

    select
        routes.destination_text,
        routes.towards_cut,
        towards.country_code,
        towards.match,
        case when routes.via_normalised <> '' then coalesce(via.country_code, 'XX') end as via_code
    from routes
    left join aliases as towards on routes.towards_normalised = towards.alias
    left join aliases as via on routes.via_normalised = via.alias

),

several as (

    select destination_text, towards_cut from whole where country_code is null

),

first_cut as (

    {{ pieces_of('several', 'towards_cut', '|', ['destination_text']) }}

),

first_known as (

    select
        first_cut.destination_text,
        first_cut.piece_no,
        aliases.country_code,
        {{ regexp_replace_all("' ' || first_cut.piece || ' '", "[ ](en|and|et|und|&)[ ]", "|") }} as piece_cut
    from first_cut
    left join aliases on {{ normalise_country_text('first_cut.piece') }} = aliases.alias
    where {{ normalise_country_text('first_cut.piece') }} <> ''

),

second_cut as (

    {{ pieces_of('first_known', 'piece_cut', '|', ['destination_text', 'piece_no as first_no', 'country_code as first_code']) }}

),

pieces as (

    select
        second_cut.destination_text,
        coalesce(second_cut.first_code, aliases.country_code) as country_code,
        min(second_cut.first_no * 1000 + second_cut.piece_no) as piece_order
    from second_cut
    left join aliases on {{ normalise_country_text('second_cut.piece') }} = aliases.alias
    where second_cut.first_code is not null or {{ normalise_country_text('second_cut.piece') }} <> ''
    group by second_cut.destination_text, coalesce(second_cut.first_code, aliases.country_code)

),

listed as (

    select
        destination_text,
        case
            when count(*) = count(country_code) then {{ joined_text('country_code', '|', 'piece_order') }}
        end as country_codes,
        case
            when count(*) = count(country_code) and max(country_code) = 'XX' then 'broader'
            when count(*) = count(country_code) then 'exact'
        end as match
    from pieces
    group by destination_text

)

select
    whole.destination_text,
    case
        when whole.country_code is not null then whole.country_code
        when listed.country_codes not like '%|%' then listed.country_codes
        else 'XX'
    end as destination_code,
    whole.via_code,
    coalesce(whole.country_code, listed.country_codes, 'XX') as destination_codes,
    coalesce(whole.match, listed.match, 'unmapped') as destination_match
from whole
left join listed on whole.destination_text = listed.destination_text
