select
    code as rule,
    title,
    explanation,
    is_active = 'true' as is_active,
    cast(window_days as integer) as window_days,
    cast(nullif(tolerance_percent, '') as integer) as tolerance_percent,
    focus_agencies,
    other_agencies,
    links,
    yield_kinds
from {{ ref('case_rules') }}
