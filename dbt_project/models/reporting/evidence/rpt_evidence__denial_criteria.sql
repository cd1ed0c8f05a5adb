-- A denial notice stands once for each criterion that it cites; one that cites 2a and 2c stands once under 2, and a ground that is none of the
-- eight under `other`.
with denials as (

    select partner, denial_ref, criteria from {{ ref('fct_denials') }}

),

cited as (

    select distinct
        elements.partner,
        elements.denial_ref,
        case
            when {{ regexp_found('lower(elements.element)', '^([1-8]|1[a-d]|2[a-c]|4[a-d]|5[a-c]|6[a-c]|7[a-f])$') }}
                then substr(elements.element, 1, 1)
            else 'other'
        end as criterion_code
    from ({{ json_elements('denials', 'criteria', ['partner', 'denial_ref']) }}) as elements

)

select
    {{ evidence_row('denials', 'fct_denials', 'denials.issued_on') }},
    coalesce(cited.criterion_code, 'none') as criterion_code,
    cast(1 as integer) as denials
from {{ ref('fct_denials') }} as denials
left join cited on denials.partner = cited.partner and denials.denial_ref = cited.denial_ref
where denials.issued_on is not null
