-- One row per record and field in which a code stands that does not hold on the record's day. `fault` says how: not_yet, ended, or between
-- two spans of the code.
with uses as (

    {%- for model, code_list, field, code, used_on in [
        ('fct_licence_lines', 'control_entries', 'rating_code', 'rating', 'decided_on'),
        ('fct_licence_lines', 'countries', 'destination', 'destination_code', 'decided_on'),
        ('fct_licence_lines', 'currencies', 'currency', 'currency', 'decided_on'),
        ('fct_licence_lines', 'licence_types', 'licence_type', 'licence_type_code', 'decided_on'),
        ('fct_applications', 'legal_bases', 'legal_basis', 'legal_basis_code', 'submitted_on'),
        ('fct_end_use_checks', 'countries', 'country', 'country_code', 'requested_on'),
        ('fct_declarations', 'countries', 'consignee_country', 'consignee_country_code', 'declared_on'),
        ('fct_declarations', 'countries', 'destination', 'destination_code', 'declared_on'),
        ('fct_declarations', 'countries', 'transit', 'transit_code', 'declared_on'),
        ('fct_declarations', 'countries', 'origin', 'origin_code', 'declared_on'),
        ('fct_declarations', 'currencies', 'currency', 'currency', 'declared_on'),
        ('fct_licence_usages', 'currencies', 'currency', 'currency', 'used_on'),
        ('fct_seizures', 'control_entries', 'rating_code', 'rating', 'seized_on'),
        ('fct_seizures', 'countries', 'destination', 'destination_code', 'seized_on'),
        ('fct_seizures', 'countries', 'consignee_country', 'consignee_country_code', 'seized_on'),
        ('fct_seizures', 'currencies', 'currency', 'currency', 'seized_on'),
        ('fct_enforcement_cases', 'countries', 'accused_country', 'accused_country_code', 'opened_on'),
        ('fct_enforcement_cases', 'currencies', 'currency', 'currency', 'opened_on'),
        ('fct_penalties', 'currencies', 'currency', 'currency', 'imposed_on'),
        ('fct_denials', 'control_entries', 'rating_code', 'rating', 'issued_on'),
        ('fct_denials', 'countries', 'end_user_country', 'end_user_country_code', 'issued_on'),
        ('fct_denials', 'countries', 'notifying_state', 'notifying_country_code', 'issued_on'),
    ] %}
    select
        '{{ code_list }}' as code_list,
        {{ 'item_list' if model == 'fct_licence_lines' and code_list == 'control_entries' else rating_list('rating') if code_list == 'control_entries' else 'cast(null as string)' }} as item_list,
        partner,
        feed,
        '{{ field }}' as field,
        {{ code }} as code,
        {{ used_on }} as used_on,
        record_ref
    from {{ ref(model) }}
    where {{ code }} is not null and {{ used_on }} is not null
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}

),

bounds as (

    select
        code_list,
        item_list,
        code,
        min(known_from) as known_from,
        min(coalesce(valid_from, date '0001-01-01')) as first_on,
        max(coalesce(valid_to, date '9999-12-31')) as last_on
    from {{ ref('int_codes__spans') }}
    group by code_list, item_list, code

)

select
    uses.code_list,
    uses.partner,
    uses.feed,
    uses.field,
    uses.code,
    uses.used_on,
    uses.record_ref,
    case when uses.used_on < bounds.first_on then 'not_yet' when uses.used_on > bounds.last_on then 'ended' else 'between' end as fault
from uses
inner join bounds
    on
        uses.code_list = bounds.code_list
        and coalesce(uses.item_list, '') = coalesce(bounds.item_list, '')
        and uses.code = bounds.code
        and uses.used_on >= coalesce(bounds.known_from, date '0001-01-01')
left join {{ ref('int_codes__spans') }} as spans
    on
        uses.code_list = spans.code_list
        and coalesce(uses.item_list, '') = coalesce(spans.item_list, '')
        and uses.code = spans.code
        and {{ in_force_on('spans', 'uses.used_on') }}
where spans.code is null
