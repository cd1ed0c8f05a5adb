-- A write-off at the border counts for the authority whose licence it is; adjustments and contra entries keep their sign. `open` licences
-- carry no value; `wide` ones are not for one export: open, general and global ones.
with exports as (

    select
        *,
        coalesce({{ rating_category('rating') }}, 'none') as category_code,
        {{ is_open_licence('licence_type') }} as is_open,
        coalesce({{ goods_are('dual_use', 'rating') }}, false) as is_dual_use,
        coalesce({{ goods_are('military', 'rating') }}, false) as is_military
    from {{ ref('fct_licensed_exports') }}
    where licensing_partner is not null

),

classed as (

    select *, is_dual_use and (is_open or licence_type = 'GLOBAL') as is_wide from exports

)

select
    {{ evidence_row('exports', 'fct_licensed_exports', 'exports.used_on') }},
    exports.licensing_partner as counts_for,
    exports.category_code,
    coalesce({{ rating_entry('exports.rating') }}, 'none') as rating,
    coalesce(exports.declared_destination_code, exports.destination_code) as destination_code,
    exports.licence_type,
    exports.licence_type as licence_type_code,
    cast(1 as integer) as write_offs,
    {{ counted_if("exports.value_eur is not null") }} as write_offs_with_value,
    case when not exports.is_open then exports.value_eur end as exported_eur,
    case when exports.is_open then exports.value_eur end as exported_open_eur,
    case when exports.is_dual_use then exports.value_eur end as dual_use_eur,
    case when exports.is_military then exports.value_eur end as military_eur,
    case when exports.is_wide then exports.value_eur end as wide_eur,
    case when exports.is_open then exports.licence_ref end as open_licence,
    case when exports.is_open then exports.declaration_ref end as open_declaration,
    case when exports.is_wide then exports.licence_ref end as wide_licence,
    case when exports.is_wide then exports.declaration_ref end as wide_declaration
from classed as exports
