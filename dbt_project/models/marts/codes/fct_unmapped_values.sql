select
    code_list,
    partner,
    feed,
    field,
    value,
    is_quarantined,
    lines,
    first_seen_on,
    last_seen_on,
    example_record_ref
from {{ ref('int_codes__matches') }}
where match = 'unmapped'
order by code_list asc, partner asc, feed asc, field asc, lines desc, value asc
