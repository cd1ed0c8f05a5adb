-- One row per screened mention and listed entry that may be the same, with the version of the entry that is shown: the
-- one that stands on the newest list, else the last one that was in force on a day of the record. Versions that were
-- never in force on such a day and do not stand today make no hit.
{{ config(materialized='table') }}
{%- set key = ['mention_id', 'list_code', 'entry_ref'] %}
with matches as (

    select * from {{ ref('int_screening__matches') }}

),

listed as (

    select * from {{ ref('int_screening__listed') }}

),

in_force as (

    select * from {{ ref('int_screening__in_force') }}

),

relevant as (

    select
        matches.*,
        listed.is_current,
        in_force.day_kind,
        in_force.day_on,
        row_number() over (
            partition by {% for column in key %}matches.{{ column }}{{ ", " if not loop.last }}{% endfor %}
            order by case when listed.is_current then 0 else 1 end, matches.version_no desc
        ) as place,
        min(matches.version_no) over (
            partition by {% for column in key %}matches.{{ column }}{{ ", " if not loop.last }}{% endfor %}
        ) as first_version_no
    from matches
    inner join listed
        on
            matches.list_code = listed.list_code
            and matches.entry_ref = listed.entry_ref
            and matches.version_no = listed.version_no
    left join in_force
        on
            {% for column in key %}matches.{{ column }} = in_force.{{ column }} and {% endfor -%}
            matches.version_no = in_force.version_no
    where listed.is_current or in_force.day_on is not null

),

first_days as (

    select
        {{ key | join(", ") }},
        day_kind,
        day_on,
        row_number() over (partition by {{ key | join(", ") }} order by day_on, day_kind, version_no) as place
    from in_force

)

select
    relevant.mention_id,
    relevant.list_code,
    relevant.entry_ref,
    relevant.version_no,
    relevant.first_version_no,
    relevant.name_found,
    relevant.is_primary_name,
    relevant.is_same_party,
    round(relevant.match_weight, 3) as match_weight,
    round(relevant.probability, 6) as probability,
    first_days.day_kind,
    first_days.day_on,
    'H' || substr(
        {{ text_hash(joined_parts('|', ['relevant.mention_id', 'relevant.list_code', 'relevant.entry_ref'])) }}, 1, 15
    ) as hit_id
from relevant
left join first_days
    on
        {% for column in key %}relevant.{{ column }} = first_days.{{ column }} and {% endfor -%}
        first_days.place = 1
where relevant.place = 1
