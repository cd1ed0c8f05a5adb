-- One row per case and record that makes it a case, the focus record among them. A case stands on records of two agencies at least that
-- whoever reads it may see.
{{ config(materialized='table') }}
{%- set rules = [
    'undercut', 'export_without_licence', 'export_beyond_licence', 'seizure_licensed_consignee', 'listed_party_licensed',
    'intelligence_on_pending', 'licence_shopping', 'psv_overdue',
] %}
with pairs as (

    {% for rule in rules %}
    select
        rule,
        focus_partner,
        focus_feed,
        focus_record_ref,
        partner,
        feed,
        record_ref,
        party_id,
        rating,
        opened_on,
        because
    from {{ ref('int_cases__' ~ rule) }}
    {{ "union all" if not loop.last }}
    {% endfor %}

),

identified as (

    select
        {{ case_id('rule', 'focus_partner', 'focus_feed', 'focus_record_ref') }} as case_id,
        *
    from pairs
    where focus_partner <> partner

)

select
    case_id,
    rule,
    focus_partner as partner,
    focus_feed as feed,
    focus_record_ref as record_ref,
    true as is_focus,
    party_id,
    rating,
    opened_on,
    because
from identified

union all

select
    case_id,
    rule,
    partner,
    feed,
    record_ref,
    false as is_focus,
    party_id,
    rating,
    opened_on,
    because
from identified
