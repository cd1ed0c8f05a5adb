select
    code as country_code,
    iso3 as iso3_code,
    name,
    kind,
    continent,
    valid_from,
    valid_to
from {{ ref('countries') }}
order by code
