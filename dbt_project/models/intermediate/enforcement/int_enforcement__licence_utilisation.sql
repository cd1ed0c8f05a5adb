-- One row per licence and line that was written off at the border: what was used, net of contra and adjustment lines, against what was
-- granted. More than was granted, or after expiry, is no fault of the data: the rows stay, and the indicators tell enforcement.
with uses as (

    select
        licence_ref,
        line_no,
        count(*) as write_offs,
        sum(quantity) as used_quantity,
        max(used_on) as last_used_on
    from {{ ref('fct_licence_usages') }}
    group by licence_ref, line_no

),

granted as (

    select
        licence_ref,
        line_no,
        sum(quantity) as granted_quantity,
        max(expires_on) as expires_on
    from {{ ref('fct_licence_lines') }}
    where outcome = 'granted' and licence_ref is not null
    group by licence_ref, line_no

),

-- A write-off that names no line is set against the expiry of the whole licence, and against no quantity.
licences as (

    select licence_ref, max(expires_on) as expires_on
    from granted
    group by licence_ref

)

select
    uses.licence_ref,
    cast(uses.line_no as integer) as line_no,
    cast(uses.write_offs as integer) as write_offs,
    uses.used_quantity,
    granted.granted_quantity,
    uses.last_used_on,
    licences.expires_on,
    coalesce(uses.used_quantity > granted.granted_quantity, false) as is_over_authorised,
    coalesce(uses.last_used_on > licences.expires_on, false) as is_used_after_expiry
from uses
left join granted on uses.licence_ref = granted.licence_ref and uses.line_no = granted.line_no
left join licences on uses.licence_ref = licences.licence_ref
