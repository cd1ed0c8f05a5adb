select
    code as partner,
    name,
    short_name,
    role,
    country_code,
    language,
    timezone,
    calendar,
    currency_code,
    outcomes
from {{ ref('partners') }}
order by code
