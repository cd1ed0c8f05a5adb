-- Not printed: what was exported under licences, as customs wrote it off, in the classes by which yearly reports print it. Adjustments and
-- contra entries keep their sign. The destination is that of the declaration, and of the licence where the declaration is not known.
with exports as (

    select * from {{ ref('fct_licensed_exports') }} where licensing_partner is not null

),

licences as (

    select partner, licence_ref, line_no, min(application_ref) as application_ref
    from {{ ref('fct_licence_utilisation') }}
    group by partner, licence_ref, line_no

)

select
    exports.licensing_partner as partner,
    exports.partner as customs_partner,
    exports.feed as customs_feed,
    exports.usage_ref,
    exports.licence_ref,
    exports.line_no,
    licences.application_ref,
    exports.licence_type,
    exports.declaration_ref,
    exports.used_on,
    year(exports.used_on) as year_number,
    coalesce({{ rating_category('exports.rating') }}, 'none') as category_code,
    coalesce({{ rating_entry('exports.rating') }}, 'none') as rating,
    coalesce(exports.declared_destination_code, exports.destination_code) as destination_code,
    exporters.contributor,
    exports.value_eur
from exports
left join licences
    on
        exports.licensing_partner = licences.partner
        and exports.licence_ref = licences.licence_ref
        and exports.line_no = licences.line_no
left join {{ ref('rpt_licensing_facts__exporters') }} as exporters
    on exports.licensing_partner = exporters.partner and licences.application_ref = exporters.application_ref
order by exports.partner, exports.usage_ref
