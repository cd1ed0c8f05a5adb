-- A half-year is reviewed from the first case of an agency on to the last one to whose end anything was delivered by any agency with cases.
with agencies as (

    select
        partner,
        min({{ half_number('opened_on') }}) as first_number
    from {{ ref('fct_referrals') }}
    group by partner

),

covered as (

    select max({{ half_number(day_plus(period_last_day('submissions.period'), 1)) }}) - 1 as last_number
    from {{ ref('fct_submissions') }} as submissions
    inner join agencies on submissions.partner = agencies.partner
    where submissions.status = 'accepted'

),

halves as (

    select distinct {{ half_number('date_on') }} as half_number
    from {{ ref('dim_dates') }}

)

select
    agencies.partner,
    cast(halves.half_number as integer) as period_number,
    cast(count(referrals.case_id) as bigint) as records
from agencies
cross join covered
inner join halves on halves.half_number between agencies.first_number and covered.last_number
inner join {{ ref('fct_referrals') }} as referrals
    on agencies.partner = referrals.partner and halves.half_number >= {{ half_number('referrals.opened_on') }}
group by agencies.partner, halves.half_number
order by agencies.partner, period_number
