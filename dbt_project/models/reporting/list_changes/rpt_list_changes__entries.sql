-- An entry that came or went is one row, and one that reads otherwise is one row whatever in it does; what several editions of a quarter
-- did to it is told apart by the kind of change. A hit is new by the edition if the version of the entry that begins with it is the first
-- that the party was hit by.
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'list_changes'

),

changes as (

    select
        partner,
        list_code,
        entry_ref,
        change,
        {{ quarter_number(period_last_day('to_period')) }} as period_number,
        min(primary_name) as primary_name,
        min(entity_type) as entity_type,
        {{ joined_text("replace(changed_field, '_', ' ')", ', ', 'changed_field') }} as changed_fields,
        count(changed_field) as changes
    from (
        select distinct partner, list_code, entry_ref, change, to_period, primary_name, entity_type, changed_field
        from {{ ref('fct_listing_changes') }}
    ) as told
    group by partner, list_code, entry_ref, change, {{ quarter_number(period_last_day('to_period')) }}

),

hits as (

    select
        new_hits.partner,
        new_hits.list_code,
        new_hits.entry_ref,
        new_hits.change,
        new_hits.period_number,
        count(*) as new_hits,
        count(distinct new_hits.party_id) as parties_hit
    from {{ ref('rpt_list_changes__new_hits') }} as new_hits
    group by new_hits.partner, new_hits.list_code, new_hits.entry_ref, new_hits.change, new_hits.period_number

)

select
    periods.period,
    periods.partner,
    changes.list_code,
    lists.label as list_name,
    changes.entry_ref,
    changes.primary_name,
    changes.entity_type,
    changes.change,
    changes.changed_fields,
    cast(coalesce(hits.new_hits, 0) as bigint) as new_hits,
    cast(coalesce(hits.parties_hit, 0) as bigint) as parties_hit,
    cast(row_number() over (
        partition by periods.period, periods.partner
        order by
            coalesce(hits.new_hits, 0) desc, changes.list_code asc, changes.change asc, changes.primary_name asc, changes.entry_ref asc
    ) as integer) as sort_order
from periods
inner join changes on periods.partner = changes.partner and periods.period_number = changes.period_number
left join hits
    on
        changes.partner = hits.partner
        and changes.list_code = hits.list_code
        and changes.entry_ref = hits.entry_ref
        and changes.change = hits.change
        and changes.period_number = hits.period_number
left join {{ ref('screening_lists') }} as lists on changes.list_code = lists.code
order by periods.period, periods.partner, sort_order
