-- One row per case and licensing record in it, with what it says. Where an authority delivers application, goods and decision in one row,
-- that row stands as the decision.
with applications as (

    select * from {{ ref('fct_applications') }}

),

lines as (

    select
        lines.*,
        applications.feed as application_feed,
        applications.submitted_on,
        applications.applicant_name,
        partners.short_name as authority
    from {{ ref('fct_licence_lines') }} as lines
    left join applications
        on lines.partner = applications.partner and lines.application_ref = applications.application_ref
    inner join {{ ref('partners') }} as partners on lines.partner = partners.code

),

goods_lines as (

    select * from lines
    where feed <> application_feed

),

whole_dossiers as (

    select * from lines
    where feed = application_feed

)

{{ case_records(
    ref('fct_applications'),
    role="'application'",
    says="coalesce(records.applicant_name, 'The applicant') || ' applied for a licence for goods to ' || records.destination_code",
    happened_on='records.submitted_on',
    destination_code='records.destination_code') }}

union all

{{ case_records(
    ref('fct_decisions'),
    role="records.outcome",
    says="'Decided: ' || records.outcome || coalesce(', licence ' || records.licence_ref, '')
        || coalesce(', valid until ' || cast(records.expires_on as string), '')",
    happened_on='records.decided_on',
    outcome='records.outcome') }}

union all

{{ case_records(
    'goods_lines',
    role="'goods_line'",
    says="'Goods under ' || coalesce(records.rating, records.rating_code, 'no control entry') || ' to ' || records.destination_code
        || " ~ in_words('records.quantity', 'records.unit_code', ': ') ~ " || " ~ in_words('records.value', 'records.currency', ', worth '),
    happened_on='records.submitted_on',
    rating='records.rating',
    destination_code='records.destination_code') }}

union all

{{ case_records(
    'whole_dossiers',
    role="records.outcome",
    says="coalesce(records.applicant_name, 'The applicant') || ' applied' || coalesce(' on ' || cast(records.submitted_on as string), '')
        || ' for goods under ' || coalesce(records.rating, records.rating_code, 'no control entry') || ' to ' || records.destination_code
        || " ~ in_words('records.quantity', 'records.unit_code', ': ') ~ " || '; decided: ' || records.outcome",
    happened_on='coalesce(records.decided_on, records.submitted_on)',
    outcome='records.outcome',
    rating='records.rating',
    destination_code='records.destination_code') }}

union all

{{ case_records(
    ref('fct_end_use_checks'),
    role="case when records.conducted_on is null then 'end_use_check_due' else 'end_use_check' end",
    says="'Check of the end use (' || replace(records.check_type, '_', ' ') || ') requested on ' || cast(records.requested_on as string)
        || ', due on ' || cast(records.due_on as string) || ': ' || replace(records.outcome, '_', ' ')",
    happened_on='coalesce(records.conducted_on, records.due_on)') }}
