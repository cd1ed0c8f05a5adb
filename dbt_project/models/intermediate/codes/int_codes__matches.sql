-- One row per code list, partner, feed, field and value as written: how it was mapped, on how many lines, and when. A value that was
-- mapped differently at different times (a crosswalk that changed) has a row for each.
--
-- `is_quarantined`: the contract refuses the value, so that its rows wait with the partner and reach no mart.
with given as (

    {%- for model, code_list, field, value, match, seen_on in [
        ('fct_licence_lines', 'control_entries', 'rating_code', 'rating_code', 'rating_match', 'decided_on'),
        ('fct_licence_lines', 'countries', 'destination', 'destination_text', 'destination_match', 'decided_on'),
        ('fct_seizures', 'control_entries', 'rating_code', 'rating_code', none, 'seized_on'),
        ('fct_denials', 'control_entries', 'rating_code', 'rating_code', none, 'issued_on'),
        ('int_licensing__licensed_values', 'countries', 'destination', 'destination_text', 'destination_match', 'make_date(year_number, 1, 1)'),
    ] %}
    select
        '{{ code_list }}' as code_list,
        facts.partner,
        facts.feed,
        '{{ field }}' as field,
        facts.{{ value }} as value,
        {% if match -%}
        facts.{{ match }} as match,
        {%- else -%}
        case when facts.rating is not null then 'exact' when no_entry.src_code is not null then 'none' else 'unmapped' end as match,
        {%- endif %}
        facts.record_ref,
        {{ seen_on }} as seen_on,
        false as is_quarantined
    from {{ ref(model) }} as facts
    {%- if not match %}
    left join {{ ref('control_entry_crosswalk') }} as no_entry
        on no_entry.src_list = 'NO_ENTRY' and upper(facts.rating_code) = no_entry.src_code
    {%- endif %}
    where facts.{{ value }} is not null

    union all
    {% endfor %}
    select
        code_list,
        partner,
        feed,
        field,
        value,
        'unmapped' as match,
        record_ref,
        cast(null as date) as seen_on,
        true as is_quarantined
    from {{ ref('int_codes__refused_values') }}

)

select
    code_list,
    partner,
    feed,
    field,
    value,
    match,
    is_quarantined,
    count(*) as lines,
    min(seen_on) as first_seen_on,
    max(seen_on) as last_seen_on,
    min(record_ref) as example_record_ref
from given
group by code_list, partner, feed, field, value, match, is_quarantined
