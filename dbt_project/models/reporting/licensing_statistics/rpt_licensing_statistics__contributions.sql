-- Not printed: disclosure control reads from it how much each exporter contributes to the values of the quarter. An exporter is a linked
-- party, so that its names and offices count once; where no mention of it is linked, its number or name as the authority gives it.
with applications as (

    select
        partner,
        application_ref,
        min(applicant_ref) as applicant_ref,
        min(applicant_name) as applicant_name
    from {{ ref('fct_applications') }}
    group by partner, application_ref

),

mentions as (

    select partner, record_ref, role, min(party_id) as party_id
    from {{ ref('bridge_party_mentions') }}
    where role in ('applicant', 'exporter')
    group by partner, record_ref, role

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
        coalesce(
            of_line.party_id, of_applicant.party_id, of_exporter.party_id, applications.applicant_ref, applications.applicant_name
        ) as contributor
    from lines
    left join applications
        on lines.partner = applications.partner and lines.application_ref = applications.application_ref
    left join mentions as of_line
        on lines.partner = of_line.partner and lines.record_ref = of_line.record_ref and of_line.role = 'applicant'
    left join mentions as of_applicant
        on
            lines.partner = of_applicant.partner
            and lines.application_ref || '/applicant/' || applications.applicant_ref = of_applicant.record_ref
            and of_applicant.role = 'applicant'
    left join mentions as of_exporter
        on
            lines.partner = of_exporter.partner
            and lines.application_ref || '/exporter/' || applications.applicant_ref = of_exporter.record_ref
            and of_exporter.role = 'exporter'

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
