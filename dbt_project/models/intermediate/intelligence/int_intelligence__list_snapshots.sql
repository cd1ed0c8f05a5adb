-- One row per submission that speaks in an edition of a list, with the edition's place among them, in the order of
-- periods (then of issue, so that an old edition delivered late does not pass for the newest). `snapshot_no` counts
-- from 1; `period` is that of the edition, `next_period` that of the edition which replaced it, null for the newest.
{%- set lists = [
    'stg_foreign_ministry__listings', 'stg_eu_commission__sanctions_list', 'stg_us_treasury__sdn_list',
    'stg_un_security_council__consolidated_list', 'stg_uk_treasury__consolidated_list'] %}
with submissions as (

    {% for list in lists %}
    select
        partner,
        feed,
        submission_id,
        edition_sequence,
        max(period) as period
    from {{ ref(list) }}
    group by partner, feed, submission_id, edition_sequence
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

editions as (

    select
        partner,
        feed,
        edition_sequence,
        max(period) as period
    from submissions
    group by partner, feed, edition_sequence

),

numbered as (

    select
        partner,
        feed,
        edition_sequence,
        period,
        cast(row_number() over in_order as integer) as snapshot_no,
        lead(period) over in_order as next_period,
        lead(edition_sequence) over in_order as next_sequence
    from editions
    window in_order as (partition by partner, feed order by edition_sequence)

)

select
    submissions.partner,
    submissions.feed,
    submissions.submission_id,
    numbered.period,
    numbered.snapshot_no,
    numbered.next_period,
    numbered.next_sequence is null as is_newest
from submissions
inner join numbered
    on
        submissions.partner = numbered.partner
        and submissions.feed = numbered.feed
        and submissions.edition_sequence = numbered.edition_sequence
