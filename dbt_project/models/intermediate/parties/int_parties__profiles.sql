-- One row per distinct content under which parties are written: in the mentions of current records, and in every
-- edition of the lists. Linkage compares profiles, never mentions, so that what is written a thousand times is
-- compared once; a profile tells nothing of who wrote it.
{{ config(materialized='table', tags=['linkage_input']) }}
with contents as (

    {% for model in ['int_parties__mentions', 'int_parties__listed_entries'] %}
    select
        profile_id,
        {%- for column in party_content() %}
        {% if column == 'entity_kind' and model == 'int_parties__mentions' %}known_kind as entity_kind{% else %}{{ column }}{% endif %}
        {{- "," if not loop.last }}
        {%- endfor %}
    from {{ ref(model) }}
    {% if not loop.last %}union{% endif %}
    {% endfor %}

)

select
    profile_id,
    {{ party_content() | join(",\n    ") }}
from contents
