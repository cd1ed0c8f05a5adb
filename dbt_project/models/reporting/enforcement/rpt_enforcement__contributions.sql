-- Not printed: disclosure control reads from it how much each exporter contributes to the value of the goods seized, and each accused to the
-- amounts imposed. A party is a linked one; where none is linked the record stands for it, so that nobody counts as two.
with mentions as (

    select partner, feed, record_ref, role, min(party_id) as party_id
    from {{ ref('bridge_party_mentions') }}
    where role in ('exporter', 'accused')
    group by partner, feed, record_ref, role

),

seizures as (

    select
        seizures.partner,
        {{ half_number('seizures.seized_on') }} as period_number,
        'value_seized' as quantity,
        coalesce({{ rating_category('seizures.rating') }}, 'none') as category_code,
        coalesce(seizures.destination_code, 'XX') as destination_code,
        'none' as disposition_code,
        coalesce(mentions.party_id, seizures.record_ref) as contributor,
        seizures.value_eur
    from {{ ref('fct_seizures') }} as seizures
    left join mentions
        on
            {{ same_record('seizures', 'mentions') }}
            and mentions.role = 'exporter'
    where seizures.seized_on is not null and seizures.value_eur is not null

),

penalties as (

    select
        penalties.partner,
        {{ half_number('penalties.imposed_on') }} as period_number,
        'amount_imposed' as quantity,
        'none' as category_code,
        'none' as destination_code,
        penalties.disposition as disposition_code,
        coalesce(accused.party_id, penalties.case_ref, penalties.record_ref) as contributor,
        penalties.amount_eur as value_eur
    from {{ ref('fct_penalties') }} as penalties
    left join {{ ref('fct_enforcement_cases') }} as cases
        on penalties.partner = cases.partner and penalties.case_ref = cases.case_ref
    left join mentions as accused
        on
            {{ same_record('cases', 'accused') }}
            and accused.role = 'accused'
    where penalties.imposed_on is not null and penalties.amount_eur is not null

),

united as (

    select * from seizures
    union all
    select * from penalties

)

select
    {{ half_name('period_number') }} as period,
    partner,
    quantity,
    category_code,
    destination_code,
    disposition_code,
    contributor,
    {{ money('sum(value_eur)') }} as value_eur
from united
group by partner, period_number, quantity, category_code, destination_code, disposition_code, contributor
order by period, partner, quantity, category_code, destination_code, disposition_code, contributor
