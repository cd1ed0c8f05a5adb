-- A line names an entry of a control list or a part of it, not both. A warning: tables count the part alone.
{{ config(severity='warn') }}

select control_list, rating_code, ratings
from {{ ref('int_licensing__ratings') }}
where has_nested_ratings
