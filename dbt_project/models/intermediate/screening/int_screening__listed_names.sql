-- One row per version of a listed entry and name under which it is listed, in the form in which names are compared.
-- A weak alias of a single word ('Ali') is left out: as the whole name of somebody else it says nothing.
{%- set key = ['list_code', 'entry_ref', 'version_no'] %}
with listed as (

    select * from {{ ref('int_screening__listed') }}

),

alias_parts as ({{ json_elements('listed', 'aliases', key) }}),

names as (

    select
        {{ key | join(", ") }},
        primary_name as name,
        true as is_primary
    from listed

    union all

    select
        {{ key | join(", ") }},
        trim({{ json_text('element', 'name') }}) as name,
        false as is_primary
    from alias_parts
    where {{ json_text('element', 'is_strong') }} = 'true' or trim({{ json_text('element', 'name') }}) like '% %'

),

distinct_names as (

    select distinct name from names
    where name <> ''

),

keyed as (

    select
        name,
        coalesce(nullif({{ normalise_party_name('name') }}, ''), upper(name)) as name_key
    from distinct_names

)

select
    names.list_code,
    names.entry_ref,
    names.version_no,
    keyed.name_key,
    max(case when names.is_primary then 1 else 0 end) = 1 as is_primary,
    min(names.name) as name
from names
inner join keyed on names.name = keyed.name
group by names.list_code, names.entry_ref, names.version_no, keyed.name_key
