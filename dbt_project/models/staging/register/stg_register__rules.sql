select
    partner,
    feed,
    rule,
    severity,
    kind,
    dimension
from {{ source('raw', 'rules') }}
