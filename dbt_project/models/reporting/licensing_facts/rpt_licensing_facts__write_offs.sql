-- Not printed: what was exported under licences, as customs wrote it off, with the licence line that each write-off is for. The licensing
-- authority is that of the customs service's own country: numbers of licences are only told apart within one. Adjustments and contra
-- entries keep their sign. The destination is that of the declaration, and of the licence where the declaration is not known.
with usages as (

    select usages.*, customs.country_code
    from {{ ref('fct_licence_usages') }} as usages
    inner join {{ ref('dim_partners') }} as customs on usages.partner = customs.partner

),

lines as (

    select
        partners.country_code,
        lines.partner,
        lines.licence_ref,
        lines.line_no,
        min(lines.application_ref) as application_ref,
        min(lines.licence_type) as licence_type,
        min(lines.rating) as rating,
        case when min(lines.destination_code) = max(lines.destination_code) then min(lines.destination_code) else 'XX' end as destination_code
    from {{ ref('fct_licence_lines') }} as lines
    inner join {{ ref('dim_partners') }} as partners on lines.partner = partners.partner
    where lines.licence_ref is not null
    group by partners.country_code, lines.partner, lines.licence_ref, lines.line_no

),

declared as (

    select partner, declaration_ref, item_no, min(destination_code) as destination_code
    from {{ ref('fct_declarations') }}
    group by partner, declaration_ref, item_no

)

select
    lines.partner,
    usages.partner as customs_partner,
    usages.feed as customs_feed,
    usages.usage_ref,
    usages.licence_ref,
    usages.line_no,
    lines.application_ref,
    lines.licence_type,
    usages.declaration_ref,
    usages.used_on,
    year(usages.used_on) as year_number,
    coalesce({{ rating_category('lines.rating') }}, 'none') as category_code,
    coalesce({{ rating_entry('lines.rating') }}, 'none') as rating,
    coalesce(declared.destination_code, lines.destination_code, 'XX') as destination_code,
    exporters.contributor,
    usages.value_eur
from usages
inner join lines
    on
        usages.country_code = lines.country_code
        and usages.licence_ref = lines.licence_ref
        and coalesce(usages.line_no, 1) = lines.line_no
left join declared
    on
        usages.partner = declared.partner
        and usages.declaration_ref = declared.declaration_ref
        and usages.item_no = declared.item_no
left join {{ ref('rpt_licensing_facts__exporters') }} as exporters
    on lines.partner = exporters.partner and lines.application_ref = exporters.application_ref
order by usages.partner, usages.usage_ref
