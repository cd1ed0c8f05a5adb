-- Each edition of a list against the one before it: an entry that came or went is one row, one that reads otherwise a row
-- for each thing that does. The marking is that of the newer row; the older one's stands beside it, as both are told.
{%- set fields = {
    'list_code': 'list_code', 'entity_type': 'entity_type', 'name': 'primary_name', 'aliases': 'aliases',
    'birth_dates': 'birth_dates', 'countries': 'country_texts', 'programmes': 'programmes',
    'identifiers': 'identifiers', 'addresses': 'addresses', 'listed_on': 'cast({}.listed_on as string)',
    'remarks': 'remarks',
} %}
with listings as (

    select * from {{ ref('int_intelligence__listings') }}

),

editions as (

    select distinct
        partner,
        feed,
        snapshot_no,
        period
    from {{ ref('int_intelligence__list_snapshots') }}

),

steps as (

    select
        newer.partner,
        newer.feed,
        newer.snapshot_no,
        older.period as from_period,
        newer.period as to_period
    from editions as newer
    inner join editions as older
        on
            newer.partner = older.partner
            and newer.feed = older.feed
            and newer.snapshot_no = older.snapshot_no + 1

),

moved as (

    {% for change, this, other, shift in [('added', 'newer', 'older', '- 1'), ('removed', 'older', 'newer', '+ 1')] %}
    select
        {% for column in ['partner', 'feed', 'record_ref', 'submission_id', 'source_row_number', 'marking'] -%}
        {{ this }}.{{ column }},
        {% endfor -%}
        cast(null as string) as previous_marking,
        {{ this }}.list_code,
        {{ this }}.entry_ref,
        {{ this }}.entity_type,
        {{ this }}.primary_name,
        {{ 'newer.snapshot_no' if change == 'added' else 'older.snapshot_no + 1' }} as snapshot_no,
        '{{ change }}' as change,
        cast(null as string) as changed_field,
        cast(null as string) as value_before,
        cast(null as string) as value_after
    from listings as {{ this }}
    left join listings as {{ other }}
        on
            {{ this }}.partner = {{ other }}.partner
            and {{ this }}.feed = {{ other }}.feed
            and {{ this }}.entry_ref = {{ other }}.entry_ref
            and {{ other }}.snapshot_no = {{ this }}.snapshot_no {{ shift }}
    where {{ other }}.entry_ref is null

    union all
    {% endfor %}
    {% for field, expression in fields.items() %}
    {%- set before = expression.format('older') if '{}' in expression else 'older.' ~ expression %}
    {%- set after = expression.format('newer') if '{}' in expression else 'newer.' ~ expression %}
    select
        {% for column in ['partner', 'feed', 'record_ref', 'submission_id', 'source_row_number', 'marking'] -%}
        newer.{{ column }},
        {% endfor -%}
        older.marking as previous_marking,
        newer.list_code,
        newer.entry_ref,
        newer.entity_type,
        newer.primary_name,
        newer.snapshot_no,
        'changed' as change,
        '{{ field }}' as changed_field,
        {{ before }} as value_before,
        {{ after }} as value_after
    from listings as newer
    inner join listings as older
        on
            newer.partner = older.partner
            and newer.feed = older.feed
            and newer.entry_ref = older.entry_ref
            and newer.snapshot_no = older.snapshot_no + 1
    where newer.content_hash <> older.content_hash and coalesce({{ before }}, '') <> coalesce({{ after }}, '')
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    moved.partner,
    moved.feed,
    moved.record_ref,
    moved.submission_id,
    moved.source_row_number,
    moved.marking,
    moved.previous_marking,
    moved.list_code,
    moved.entry_ref,
    moved.entity_type,
    moved.primary_name,
    steps.from_period,
    steps.to_period,
    moved.change,
    moved.changed_field,
    moved.value_before,
    moved.value_after
from moved
inner join steps
    on
        moved.partner = steps.partner
        and moved.feed = steps.feed
        and moved.snapshot_no = steps.snapshot_no
