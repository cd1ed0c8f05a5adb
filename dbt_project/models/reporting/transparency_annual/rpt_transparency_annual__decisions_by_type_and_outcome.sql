-- Applications by the year of their first outcome. Processed are all of them, whatever the outcome; licences revoked and licences issued on
-- appeal are decisions of another kind and stand beside them.
with cells as (

    select
        partner,
        year(decided_on) as year_number,
        licence_type as licence_type_code,
        {{ outcome_counts() }},
        sum(case when is_on_appeal and outcome = 'granted' then 1 else 0 end) as issued_on_appeal
    from (
        select *, {{ is_first_outcome() }} as is_first from {{ ref('fct_decisions') }} where decided_on is not null
    ) as decisions
    group by partner, year(decided_on), licence_type

),

reported as (

    {{ over_years(
        'transparency_annual', ['licence_type_code'],
        counts=['granted', 'refused', 'nlr', 'withdrawn', 'stopped', 'processed', 'revoked', 'issued_on_appeal'],
        compared=['processed', 'refused'],
    ) }}

)

select
    reported.period,
    reported.partner,
    reported.licence_type_code,
    case when reported.is_total then 'All types' else types.name end as licence_type,
    {{ if_published('reported.granted', 'granted') }} as granted,
    {{ if_published('reported.refused', 'refused') }} as refused,
    {{ if_published('reported.nlr', 'nlr') }} as nlr,
    {{ if_published('reported.withdrawn', 'withdrawn') }} as withdrawn,
    {{ if_published('reported.stopped', 'stopped') }} as stopped,
    reported.processed,
    {{ share('reported.processed', of_total('processed')) }} as share_of_processed,
    {{ if_published(share('reported.refused', 'reported.processed'), 'refused') }} as refused_of_processed,
    reported.processed_previous_year,
    {{ change_on_year('processed') }} as change_on_year,
    {{ if_published('reported.revoked', 'revoked') }} as revoked,
    {{ if_published('reported.issued_on_appeal', 'revoked') }} as issued_on_appeal,
    reported.is_total,
    {{ printed_order('reported.processed desc, reported.licence_type_code') }} as sort_order
from reported
left join {{ ref('licence_types') }} as types on reported.licence_type_code = types.code
left join {{ ref('dim_partners') }} as partners on reported.partner = partners.partner
order by reported.period, reported.partner, sort_order
