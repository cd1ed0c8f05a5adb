-- One row per delivered edition of a list, in the order of its periods (then of arrival, so that an old edition
-- delivered late does not pass for the newest). `snapshot_no` counts from 1; `next_period` is that of the edition
-- which replaced it, null for the newest.
{%- set lists = [
    'stg_foreign_ministry__listings', 'stg_eu_commission__sanctions_list', 'stg_us_treasury__sdn_list',
    'stg_un_security_council__consolidated_list', 'stg_uk_treasury__consolidated_list'] %}
with editions as (

    {% for list in lists %}
    select distinct
        partner,
        feed,
        submission_id,
        period,
        sequence
    from {{ ref(list) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

numbered as (

    select
        partner,
        feed,
        submission_id,
        period,
        cast(row_number() over in_order as integer) as snapshot_no,
        lead(period) over in_order as next_period,
        lead(submission_id) over in_order as next_submission_id
    from editions
    window in_order as (partition by partner, feed order by coalesce(period, ''), sequence)

)

select
    partner,
    feed,
    submission_id,
    period,
    snapshot_no,
    next_period,
    next_submission_id is null as is_newest
from numbered
