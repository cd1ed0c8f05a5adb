-- "No licence required" contradicts a control entry on the line. A warning: the decision stands as the partner gave it, and he is asked.
{{ config(severity='warn') }}

select partner, record_ref, application_ref, rating
from {{ ref('fct_licence_lines') }}
where outcome = 'nlr' and rating is not null
