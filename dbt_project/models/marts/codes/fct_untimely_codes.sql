-- What a contract refuses for its day (`..._was_valid_on_...`) waits in quarantine: `refused`, without a day, for the record has not come.
with limited as (

    select distinct code_list, code
    from {{ ref('int_codes__spans') }}
    where item_list is null

),

-- Such a rule speaks of two fields, the code and its day: "currency, control_date", "currency=HRK; control_date=2024-05-01".
refused as (

    select
        partner,
        feed,
        split_part(field, ', ', 1) as field,
        split_part(split_part(value_before, '; ', 1), '=', 2) as code,
        record_ref
    from {{ ref('stg_register__row_findings') }}
    where
        severity = 'rejection'
        and rule like '%!_was!_valid!_on!_%' escape '!'
        and value_before is not null

),

found as (

    select
        code_list,
        partner,
        feed,
        field,
        code,
        fault,
        used_on,
        record_ref
    from {{ ref('int_codes__untimely_uses') }}

    union all

    select
        coalesce(limited.code_list, 'hs_replaced') as code_list,
        refused.partner,
        refused.feed,
        refused.field,
        refused.code,
        'refused' as fault,
        cast(null as date) as used_on,
        refused.record_ref
    from refused
    left join limited on refused.code = limited.code

)

select
    code_list,
    partner,
    feed,
    field,
    code,
    fault,
    count(*) as lines,
    min(used_on) as first_used_on,
    max(used_on) as last_used_on,
    min(record_ref) as example_record_ref
from found
group by code_list, partner, feed, field, code, fault
order by code_list, partner, feed, field, code, fault
