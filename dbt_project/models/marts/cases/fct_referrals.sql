-- An agency is told of a case by its own release: there its row stands if its release holds the case and a record of its own in it. Rows of
-- other agencies say which of them have a record in the case that this reader may see; whether they are told is their release's matter.
with records as (

    select
        *,
        row_number() over (
            partition by case_id, partner order by happened_on, feed, record_ref
        ) as from_first,
        count(*) over (partition by case_id, partner) as records_of_agency
    from {{ ref('int_cases__records') }}

),

acknowledgements as (

    select * from {{ ref('int_cases__acknowledgements') }}

)

select
    records.partner,
    records.feed,
    records.record_ref,
    records.submission_id,
    records.source_row_number,
    records.marking,
    records.case_id,
    records.rule,
    records.partner as agency,
    cast(records.records_of_agency as integer) as record_count,
    cases.opened_on,
    acknowledgements.case_id is not null as is_acknowledged,
    acknowledgements.acknowledged_at,
    acknowledgements.acknowledged_by,
    acknowledgements.note
from records
inner join {{ ref('fct_cases') }} as cases on records.case_id = cases.case_id
left join acknowledgements
    on records.case_id = acknowledgements.case_id and records.partner = acknowledgements.agency
where records.from_first = 1
