-- One row per HS code and edition that the next edition has another code for, from the concordances that the operator loaded: how many
-- codes it became, and the one that it is read as if it became one alone. Codes that stayed what they were have no row.
with pairs as (

    select distinct
        edition_from,
        edition_to,
        code_from,
        code_to
    from {{ ref('stg_reference_desk__hs_concordances') }}

),

counted as (

    select
        edition_from,
        edition_to,
        code_from,
        count(*) as successors,
        min(code_to) as first_successor,
        {{ joined_text('code_to', '|', 'code_to') }} as successor_codes
    from pairs
    group by edition_from, edition_to, code_from

),

-- Whether the one successor took in others as well: the conversion is sure, the way back is not.
sources as (

    select
        edition_from,
        edition_to,
        code_to,
        count(*) as predecessors
    from pairs
    group by edition_from, edition_to, code_to

)

select
    counted.edition_from,
    counted.edition_to,
    counted.code_from,
    counted.successors,
    case when counted.successors = 1 then counted.first_successor end as successor,
    counted.successor_codes,
    case
        when counted.successors > 1 then 'asks'
        when sources.predecessors = 1 then 'one_to_one'
        else 'many_to_one'
    end as conversion
from counted
inner join sources
    on
        counted.edition_from = sources.edition_from
        and counted.edition_to = sources.edition_to
        and counted.first_successor = sources.code_to
where counted.successor_codes <> counted.code_from
