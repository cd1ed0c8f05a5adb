-- The denial notices of the year, one by one, with the state that denied: for those alone who may see it.
with denials as (

    select * from {{ ref('fct_denials') }} where issued_on is not null

),

criteria as (

    select partner, denial_ref, {{ joined_text('criterion', ', ', 'criterion') }} as criteria
    from (
        select distinct partner, denial_ref, element as criterion
        from ({{ json_elements('denials', 'criteria', ['partner', 'denial_ref']) }}) as elements
    ) as cited
    group by partner, denial_ref

)

select
    cast(year(denials.issued_on) as string) as period,
    denials.partner,
    denials.denial_ref,
    denials.issued_on,
    denials.expires_on,
    denials.status,
    coalesce(notifying.name, denials.notifying_country_code, 'not stated') as notifying_state,
    coalesce(denials.rating, denials.rating_code, 'not coded') as rating,
    coalesce(denials.goods_description, '') as goods,
    coalesce(denials.end_user_name, denials.consignee_name, 'not stated') as end_user,
    coalesce(countries.name, denials.end_user_country_code, 'Unknown') as destination,
    coalesce(criteria.criteria, 'none stated') as criteria,
    coalesce(upper(replace({{ json_text('denials.marking', 'level') }}, '_', ' ')), '')
    || coalesce(', TLP:' || {{ json_text('denials.marking', 'tlp') }}, '') as handling,
    cast({{ json_length('denials.criteria') }} as bigint) as criteria_cited,
    cast(
        row_number() over (
            partition by denials.partner, year(denials.issued_on) order by denials.issued_on, denials.denial_ref
        ) as integer
    ) as sort_order
from denials
left join criteria on denials.partner = criteria.partner and denials.denial_ref = criteria.denial_ref
left join {{ ref('dim_countries') }} as notifying on denials.notifying_country_code = notifying.country_code
left join {{ ref('dim_countries') }} as countries on denials.end_user_country_code = countries.country_code
order by period, denials.partner, sort_order
