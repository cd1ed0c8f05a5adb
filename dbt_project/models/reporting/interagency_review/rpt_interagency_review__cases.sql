-- Not printed: the cases of an agency that were open to be known by the end of the half-year. What people have decided and acknowledged is as
-- known when the edition is made; days are counted to the end of the half-year.
--
-- A case with a record that is secret, or for named eyes only (RED), or that may not be told to one of the agencies with a record of their own
-- in the case, is in nobody's pack: those who may see it have it in their releases.
{%- set overdue_after = 90 %}
with periods as (

    select * from {{ ref('rpt_catalogue__available_periods') }}
    where report = 'interagency_review'

),

withheld as (

    {{ withheld_cases() }}

),

involved as (

    select
        referrals.case_id,
        {{ joined_text('partners.short_name', ', ', 'partners.short_name') }} as agencies
    from {{ ref('fct_referrals') }} as referrals
    inner join {{ ref('dim_partners') }} as partners on referrals.agency = partners.partner
    group by referrals.case_id

)

select
    periods.period,
    periods.partner,
    cases.case_id,
    cases.rule,
    cases.title,
    cases.opened_on,
    {{ half_number('cases.opened_on') }} = periods.period_number as is_new,
    cast({{ days_from('cases.opened_on', 'periods.period_end_on') }} as integer) as days_open,
    cases.status,
    cases.status in ('open', 'under_review') as is_open,
    cases.has_contradiction,
    cases.is_acted_upon,
    cases.is_acted_upon or cases.status = 'concluded' as has_yielded,
    cases.has_open_action,
    cases.has_open_action and {{ days_from('cases.opened_on', 'periods.period_end_on') }} > {{ overdue_after }} as is_overdue,
    referrals.is_acknowledged,
    involved.agencies
from periods
inner join {{ ref('fct_referrals') }} as referrals on periods.partner = referrals.partner
inner join {{ ref('fct_cases') }} as cases on referrals.case_id = cases.case_id and periods.period_end_on >= cases.opened_on
inner join involved on cases.case_id = involved.case_id
left join withheld on cases.case_id = withheld.case_id
where withheld.case_id is null
order by periods.period, periods.partner, cases.case_id
