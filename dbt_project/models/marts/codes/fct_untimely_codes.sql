-- What a contract refuses for its day (`..._was_valid_on_...`) waits in quarantine: `refused`, without a day, for the record has not come.
with limited as (

    select distinct code_list, code
    from {{ ref('int_codes__spans') }}
    where item_list is null

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
        findings.partner,
        findings.feed,
        findings.field,
        findings.value_before as code,
        'refused' as fault,
        cast(null as date) as used_on,
        findings.record_ref
    from {{ ref('stg_register__row_findings') }} as findings
    left join limited on findings.value_before = limited.code
    where
        findings.severity = 'rejection'
        and findings.rule like '%!_was!_valid!_on!_%' escape '!'
        and findings.value_before is not null

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
