-- One row per application that was superseded: the applicant handed in an amended one while it was still open, and no decision on its merits
-- followed. It counts nowhere; the clock of the application that stands at the end of the chain began with the first of the chain. An
-- amendment of an application that had been decided is an application of its own. Chains of more than five are followed from the fifth.
{%- set links = 4 %}
with amendments as (

    select
        earlier.partner,
        earlier.application_ref,
        earlier.submitted_at,
        later.application_ref as superseded_by_ref,
        row_number() over (
            partition by earlier.application_ref order by later.submitted_at, later.application_ref
        ) as from_first
    from {{ ref('stg_trade_ministry__applications') }} as later
    inner join {{ ref('stg_trade_ministry__applications') }} as earlier on later.amendment_of = earlier.application_ref
    left join {{ ref('int_licensing__first_outcomes') }} as outcomes on earlier.application_ref = outcomes.application_ref
    where
        later.submitted_at > earlier.submitted_at
        and (
            outcomes.application_ref is null
            or (outcomes.first_outcome in ('withdrawn', 'stopped') and outcomes.first_outcome_at >= later.submitted_at)
        )

),

superseded as (

    select * from amendments where from_first = 1

)

select
    superseded.partner,
    superseded.application_ref,
    superseded.submitted_at,
    superseded.superseded_by_ref,
    coalesce(
        {%- for number in range(links - 1, 0, -1) %}
        after_{{ number }}.superseded_by_ref,
        {%- endfor %}
        superseded.superseded_by_ref
    ) as standing_ref
from superseded
{%- for number in range(1, links) %}
left join superseded as after_{{ number }}
    on {{ 'superseded' if number == 1 else 'after_' ~ (number - 1) }}.superseded_by_ref = after_{{ number }}.application_ref
{%- endfor %}
