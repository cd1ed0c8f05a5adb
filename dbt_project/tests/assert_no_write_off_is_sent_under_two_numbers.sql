-- A write-off has one number: a batch that is sent again under the same numbers counts once, but under new ones it would count twice.
-- A warning: two equal uses of one item on one day are possible, and customs is asked.
{{ config(severity='warn') }}

select licence_ref, line_no, usage_type, declaration_ref, item_no, used_on, quantity, value, count(*) as write_offs
from {{ ref('fct_licence_usages') }}
where declaration_ref is not null
group by licence_ref, line_no, usage_type, declaration_ref, item_no, used_on, quantity, value
having count(*) > 1
