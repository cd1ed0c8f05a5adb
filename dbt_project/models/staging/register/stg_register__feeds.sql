select
    partner,
    feed,
    delivery,
    cadence,
    grace_days,
    required_fields
from {{ source('raw', 'feeds') }}
