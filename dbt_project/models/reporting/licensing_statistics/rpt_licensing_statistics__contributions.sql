-- Not printed: disclosure control reads from it how much each exporter contributes to the values of the quarter. An exporter is a linked
-- party, so that its names and offices count once; where no mention of it is linked, its number or name as the authority gives it.
with mentions as (

    select partner, record_ref, min(party_id) as party_id
    from {{ ref('bridge_party_mentions') }}
    where role = 'applicant'
    group by partner, record_ref

),

lines as (

    select
        partner,
        record_ref,
        application_ref,
        {{ quarter_number('decided_on') }} as period_number,
        coalesce({{ rating_category('rating') }}, 'none') as category_code,
        coalesce({{ rating_entry('rating') }}, 'none') as rating,
        destination_code,
        value_eur
    from {{ ref('fct_licence_lines') }}
    where outcome = 'granted' and decided_on is not null and value_eur is not null

),

attributed as (

    select
        lines.*,
        coalesce(of_line.party_id, exporters.contributor) as contributor
    from lines
    left join mentions as of_line on lines.partner = of_line.partner and lines.record_ref = of_line.record_ref
    left join {{ ref('rpt_licensing_facts__exporters') }} as exporters
        on lines.partner = exporters.partner and lines.application_ref = exporters.application_ref

)

select
    {{ quarter_name('period_number') }} as period,
    partner,
    category_code,
    rating,
    destination_code,
    contributor,
    {{ money('sum(value_eur)') }} as value_eur
from attributed
group by partner, period_number, category_code, rating, destination_code, contributor
order by period, partner, category_code, rating, destination_code, contributor
