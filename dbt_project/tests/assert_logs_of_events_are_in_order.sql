-- Events stand in the order of their numbers, and every question is answered before the decision. A warning: the clock of such an
-- application is still counted, the way int_licensing__clock_faults says, and the ministry is asked to look.
{{ config(severity='warn') }}

select * from {{ ref('int_licensing__clock_faults') }}
