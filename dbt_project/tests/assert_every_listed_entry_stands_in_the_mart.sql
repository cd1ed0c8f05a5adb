-- No entry is lost between a delivered list and fct_listings: per list, the newest edition has as many entries as the
-- mart. For the UK list an entry is a group of rows, for all others it is a row.
with delivered as (

    {% for list, key in [
        ('stg_foreign_ministry__listings', 'entry_ref'),
        ('stg_eu_commission__sanctions_list', "logical_id || '/' || programme"),
        ('stg_us_treasury__sdn_list', 'uid'),
        ('stg_un_security_council__consolidated_list', 'data_id'),
        ('stg_uk_treasury__consolidated_list', 'group_id'),
    ] %}
    select
        submission_id,
        count(distinct {{ key }}) as entries
    from {{ ref(list) }}
    group by submission_id
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

standing as (

    select
        submission_id,
        count(*) as entries
    from {{ ref('fct_listings') }}
    group by submission_id

)

select
    delivered.submission_id,
    delivered.entries,
    standing.entries as entries_in_mart
from delivered
inner join {{ ref('int_intelligence__list_snapshots') }} as snapshots
    on delivered.submission_id = snapshots.submission_id
left join standing on delivered.submission_id = standing.submission_id
where snapshots.is_newest and coalesce(standing.entries, 0) <> delivered.entries
