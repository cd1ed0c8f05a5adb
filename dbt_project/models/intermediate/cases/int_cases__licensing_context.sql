-- One row per case and record of an application on which it touches: the application itself, all decisions on it, and its lines of the
-- goods concerned (all of them where the case is about a party and not about goods).
with applications as (

    {% for mart in ['fct_decisions', 'fct_applications', 'fct_end_use_checks'] %}
    {{ evidence_in(ref(mart), ['records.partner', 'records.application_ref', 'evidence.rating']) }}
    {{ "union" if not loop.last }}
    {% endfor %}

)

{% for mart in ['fct_applications', 'fct_decisions'] %}
{{ records_of('applications', ref(mart), same_application('owner', 'records')) }}
union
{% endfor %}
{{ records_of(
    'applications', ref('fct_licence_lines'),
    same_application('owner', 'records') ~ ' and (owner.rating is null or owner.rating = records.rating)') }}
