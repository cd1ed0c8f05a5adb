-- One row per case and record of intelligence, a list or a notice in it, with what it says. What a report tells is not repeated: the
-- policy blanks it for some readers.
{{ case_records(
    ref('fct_intelligence_reports'),
    role="'report'",
    says="'Report with ' || cast(records.subject_count as string) || ' subject(s)'
        || coalesce(', source ' || records.source_reliability, '') || coalesce(', information ' || records.info_credibility, '')
        || coalesce(' (' || records.grading_scheme || ')', '')",
    happened_on='records.received_on') }}

union all

{{ case_records(
    ref('fct_listings'),
    role="'listing'",
    says="'On the list ' || records.list_code || ': ' || records.primary_name || coalesce(', since ' || cast(records.listed_on as string), '')",
    happened_on='records.listed_on',
    outcome="'listed'") }}

union all

{{ case_records(
    ref('fct_denials'),
    role="'denial_notice'",
    says="records.notifying_country_code || ' notified that it denied goods under ' || coalesce(records.rating, records.rating_code)
        || ' to ' || coalesce(records.end_user_name, records.consignee_name, 'an unknown party')
        || coalesce(', in force until ' || cast(records.expires_on as string), '')",
    happened_on='records.issued_on',
    outcome="'refused'",
    rating='records.rating') }}
