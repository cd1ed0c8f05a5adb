select
    edition_from,
    edition_to,
    code_from as hs_code,
    successors,
    successor as successor_code,
    successor_codes,
    conversion
from {{ ref('int_items__hs_successions') }}
order by edition_from, hs_code
