-- A record stands once for each particular that it should have: goods lines, refusals, applications and write-offs.
with cited as (

    select distinct partner, decision_ref from {{ ref('fct_refusal_criteria') }}

)

{% for particular, test in [('entries', 'rating is not null'), ('destinations', "destination_code <> 'XX'"), ('values', 'value_eur is not null')] %}
select
    {{ evidence_row('lines', 'fct_licence_lines', 'lines.decided_on') }},
    lines.partner as counts_for,
    '{{ particular }}' as particular,
    cast(1 as integer) as records,
    {{ counted_if('lines.' ~ test) }} as delivered
from {{ ref('fct_licence_lines') }} as lines
where lines.decided_on is not null{{ " and lines.outcome = 'granted'" if particular == 'values' }}

union all

{% endfor %}
{% for particular, column in [('clocks', 'working_days_to_first_outcome'), ('end_users', 'end_user_type_code')] %}
select
    {{ evidence_row('applications', 'fct_applications', 'applications.first_outcome_on') }},
    applications.partner as counts_for,
    '{{ particular }}' as particular,
    cast(1 as integer) as records,
    {{ counted_if('applications.' ~ column ~ ' is not null') }} as delivered
from {{ ref('fct_applications') }} as applications
where applications.first_outcome_on is not null and applications.superseded_by_ref is null

union all

{% endfor %}
select
    {{ evidence_row('decisions', 'fct_decisions', 'decisions.decided_on') }},
    decisions.partner as counts_for,
    'criteria' as particular,
    cast(1 as integer) as records,
    {{ counted_if('cited.decision_ref is not null') }} as delivered
from {{ ref('fct_decisions') }} as decisions
left join cited on decisions.partner = cited.partner and decisions.decision_ref = cited.decision_ref
where decisions.outcome = 'refused' and decisions.decided_on is not null

union all

select
    {{ evidence_row('exports', 'fct_licensed_exports', 'exports.used_on') }},
    exports.licensing_partner as counts_for,
    'exports' as particular,
    cast(1 as integer) as records,
    {{ counted_if('exports.value_eur is not null') }} as delivered
from {{ ref('fct_licensed_exports') }} as exports
where exports.licensing_partner is not null
