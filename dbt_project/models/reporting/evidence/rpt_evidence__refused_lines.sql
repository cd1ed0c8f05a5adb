-- A goods line stands on the day on which its application was refused at first: the lines refused, or all lines where a licence was issued on
-- appeal, so that no line is refused any more.
with refusals as (

    select partner, decision_ref, application_ref, decided_on
    from {{ ref('fct_decisions') }}
    where outcome = 'refused' and counts_as = 'first_outcome' and decided_on is not null

),

lines as (

    select
        *,
        max(case when outcome = 'refused' then 1 else 0 end) over (partition by partner, application_ref) as some_are_refused
    from {{ ref('fct_licence_lines') }}

)

select
    {{ evidence_row('lines', 'fct_licence_lines', 'refusals.decided_on') }},
    refusals.decision_ref,
    cast(1 as integer) as lines
from refusals
inner join lines on refusals.partner = lines.partner and refusals.application_ref = lines.application_ref
where lines.outcome = 'refused' or lines.some_are_refused = 0
