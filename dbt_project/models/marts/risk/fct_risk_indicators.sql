with found as (

    select * from {{ ref('int_risk__party_indicators') }}
    union all
    select * from {{ ref('int_risk__content_indicators') }}

),

numbered as (

    select
        *,
        count(*) over (partition by partner, application_ref, indicator_id) as evidence_count,
        row_number() over (
            partition by partner, application_ref, indicator_id
            order by evidence_partner, evidence_feed, evidence_ref
        ) as evidence_no
    from found

),

indicators as (

    select * from {{ ref('risk_indicators') }}

),

applications as (

    select * from {{ ref('fct_applications') }}

)

select
    applications.partner,
    applications.feed,
    applications.record_ref,
    applications.submission_id,
    applications.source_row_number,
    applications.marking,
    applications.application_ref,
    indicators.version as method_version,
    numbered.indicator_id,
    cast(indicators.points as integer) as points,
    indicators.title || ': ' || indicators.definition as explanation,
    numbered.evidence_partner,
    numbered.evidence_feed,
    numbered.evidence_ref,
    cast(numbered.evidence_count as integer) as evidence_count
from numbered
inner join indicators on numbered.indicator_id = indicators.code
inner join applications
    on numbered.partner = applications.partner and numbered.application_ref = applications.application_ref
where numbered.evidence_no = 1
order by applications.partner, applications.application_ref, indicators.version, numbered.indicator_id
