-- Not printed: the goods lines granted, by the year of the grant, in the classes by which yearly reports print them. A line is named by
-- its record; a line for several destinations cannot be divided and stands under XX.
with lines as (

    select * from {{ ref('fct_licence_lines') }}
    where outcome = 'granted' and decided_on is not null

),

mentions as (

    select partner, record_ref, min(party_id) as party_id
    from {{ ref('bridge_party_mentions') }}
    where role = 'applicant'
    group by partner, record_ref

)

select
    lines.partner,
    lines.feed,
    lines.record_ref,
    lines.application_ref,
    lines.line_no,
    lines.licence_ref,
    lines.licence_type,
    lines.decided_on,
    year(lines.decided_on) as year_number,
    coalesce({{ rating_category('lines.rating') }}, 'none') as category_code,
    coalesce({{ rating_entry('lines.rating') }}, 'none') as rating,
    coalesce({{ rating_regime('lines.rating') }}, 'none') as regime,
    lines.destination_code,
    coalesce(mentions.party_id, exporters.contributor) as contributor,
    lines.value_eur
from lines
left join mentions on lines.partner = mentions.partner and lines.record_ref = mentions.record_ref
left join {{ ref('rpt_licensing_facts__exporters') }} as exporters
    on lines.partner = exporters.partner and lines.application_ref = exporters.application_ref
order by lines.partner, lines.record_ref, lines.line_no, lines.destination_code
