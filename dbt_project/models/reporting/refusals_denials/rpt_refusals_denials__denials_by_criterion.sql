-- Denials issued in the year by the criteria they cite. A notice may cite several and counts under each, so that the parts add up to the
-- citations. `none` counts notices that cite nothing.
with denials as (

    select partner, year_number, denial_ref, criteria
    from {{ ref('rpt_refusals_denials__denials') }}
    where issued = 1

),

cited as (

    select distinct
        elements.partner,
        elements.year_number,
        elements.denial_ref,
        case when criteria.code is null then 'other' else coalesce(nullif(criteria.parent, ''), criteria.code) end as criterion_code
    from ({{ json_elements('denials', 'criteria', ['partner', 'year_number', 'denial_ref']) }}) as elements
    left join {{ ref('refusal_criteria') }} as criteria on lower(elements.element) = criteria.code

),

cells as (

    select
        denials.partner,
        denials.year_number,
        coalesce(cited.criterion_code, 'none') as criterion_code,
        count(*) as denials
    from denials
    left join cited
        on
            denials.partner = cited.partner
            and denials.year_number = cited.year_number
            and denials.denial_ref = cited.denial_ref
    group by denials.partner, denials.year_number, coalesce(cited.criterion_code, 'none')

),

reported as (

    {{ over_years('refusals_denials', ['criterion_code'], counts=['denials'], compared=['denials']) }}

)

select
    reported.period,
    reported.partner,
    reported.criterion_code,
    case
        when reported.is_total then 'All citations'
        when reported.criterion_code = 'none' then 'No criterion stated'
        when reported.criterion_code = 'other' then 'Other ground'
        else criteria.name
    end as criterion,
    reported.denials,
    reported.denials_previous_year,
    reported.is_total,
    {{ printed_order("reported.criterion_code = 'none', reported.criterion_code") }} as sort_order
from reported
left join {{ ref('refusal_criteria') }} as criteria on reported.criterion_code = criteria.code
order by reported.period, reported.partner, sort_order
