-- One row per match whose version of the entry was in force on a day of the record: the first such day.
with matches as (

    select * from {{ ref('int_screening__matches') }}

),

mentions as (

    select * from {{ ref('int_screening__mentions') }}

),

listed as (

    select * from {{ ref('int_screening__listed') }}

),

days as (

    select * from {{ ref('int_screening__record_days') }}

),

in_force as (

    select
        matches.mention_id,
        matches.list_code,
        matches.entry_ref,
        matches.version_no,
        days.day_kind,
        days.day_on,
        row_number() over (
            partition by matches.mention_id, matches.list_code, matches.entry_ref, matches.version_no
            order by days.day_on, days.day_kind
        ) as place
    from matches
    inner join mentions on matches.mention_id = mentions.mention_id
    inner join listed
        on
            matches.list_code = listed.list_code
            and matches.entry_ref = listed.entry_ref
            and matches.version_no = listed.version_no
    inner join days
        on {{ same_record('mentions', 'days') }}
    where listed.valid_from <= days.day_on and (listed.valid_to is null or days.day_on < listed.valid_to)

)

select
    mention_id,
    list_code,
    entry_ref,
    version_no,
    day_kind,
    day_on
from in_force
where place = 1
