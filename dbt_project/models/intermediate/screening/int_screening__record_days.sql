-- One row per record that mentions parties and day on which they are screened: which days count is declared in the
-- code list screening_days. A record without such a day has no row, and is screened against the newest lists alone.
{%- set key = ['partner', 'feed', 'record_ref'] %}
with applications as (

    select * from {{ ref('fct_applications') }}

),

application_parties as (

    select
        parties.partner,
        parties.feed,
        parties.record_ref,
        applications.submitted_on,
        applications.decided_on
    from {{ ref('stg_trade_ministry__parties') }} as parties
    inner join applications
        on parties.partner = applications.partner and parties.application_ref = applications.application_ref

),

days as (

    {% for relation, day, kind in [
        ('application_parties', 'submitted_on', 'submitted'),
        ('application_parties', 'decided_on', 'decided'),
        (ref('fct_declarations'), 'declared_on', 'accepted'),
        (ref('fct_declarations'), 'exit_on', 'left'),
        (ref('fct_seizures'), 'seized_on', 'seized'),
        (ref('stg_prosecution_service__cases'), 'opened_on', 'opened'),
        (ref('stg_allied_licensing_authority__decisions'), 'submitted_on', 'submitted'),
        (ref('stg_allied_licensing_authority__decisions'), 'decided_on', 'decided'),
        (ref('stg_intelligence_service__reports'), 'received_on', 'received'),
        (ref('stg_foreign_ministry__denials'), 'issued_on', 'issued'),
    ] -%}
    select
        {{ key | join(", ") }},
        '{{ kind }}' as day_kind,
        {{ day }} as day_on
    from {{ relation }}
    where {{ day }} is not null
    {% if not loop.last %}union all

    {% endif %}
    {%- endfor %}
),

declared as (

    select * from {{ ref('screening_days') }}
    where is_screened = 'true'

)

select
    days.partner,
    days.feed,
    days.record_ref,
    days.day_kind,
    min(days.day_on) as day_on
from days
inner join declared
    on days.partner = declared.partner and days.feed = declared.feed and days.day_kind = declared.day_kind
group by days.partner, days.feed, days.record_ref, days.day_kind
