-- Not printed: whose exports the values of a licence are, for disclosure control. An exporter is a linked party, so that its names and
-- offices count once; where no mention of it is linked, its number or name as the authority gives it.
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

)

select
    applications.partner,
    applications.application_ref,
    coalesce(of_applicant.party_id, of_exporter.party_id, applications.applicant_ref, applications.applicant_name) as contributor
from applications
left join mentions as of_applicant
    on
        applications.partner = of_applicant.partner
        and applications.application_ref || '/applicant/' || applications.applicant_ref = of_applicant.record_ref
        and of_applicant.role = 'applicant'
left join mentions as of_exporter
    on
        applications.partner = of_exporter.partner
        and applications.application_ref || '/exporter/' || applications.applicant_ref = of_exporter.record_ref
        and of_exporter.role = 'exporter'
order by applications.partner, applications.application_ref
