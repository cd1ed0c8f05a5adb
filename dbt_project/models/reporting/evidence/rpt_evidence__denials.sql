-- A denial notice stands on the day it was issued, and until it expired; one that was revoked stands on no day.
select
    {{ evidence_row('denials', 'fct_denials', 'denials.issued_on') }},
    case when denials.status = 'revoked' then denials.issued_on else denials.expires_on end as counts_until_on,
    denials.denial_ref,
    coalesce(countries.continent, 'none') as region_code,
    coalesce({{ rating_category('denials.rating') }}, 'none') as category_code,
    cast(1 as integer) as issued,
    cast({{ json_length('denials.criteria') }} as integer) as criteria_cited
from {{ ref('fct_denials') }} as denials
left join {{ ref('dim_countries') }} as countries on denials.end_user_country_code = countries.country_code
where denials.issued_on is not null
