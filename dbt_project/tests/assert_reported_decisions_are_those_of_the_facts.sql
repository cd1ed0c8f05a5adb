-- The total rows of the tables by type count every first outcome of the facts, no more and no fewer: added up independently of the tables.
with printed as (

    select partner, sum(decisions) as decisions, sum(coalesce(revoked, 0)) as revoked
    from {{ ref('rpt_licensing_statistics__decisions_by_type_and_outcome') }}
    where is_total
    group by partner

),

facts as (

    select
        partner,
        count(case when counts_as = 'first_outcome' then 1 end) as decisions,
        count(case when counts_as = 'revocation' then 1 end) as revoked
    from {{ ref('fct_decisions') }}
    where decided_on is not null
    group by partner

)

select
    facts.partner,
    facts.decisions,
    printed.decisions as decisions_printed
from facts
left join printed on facts.partner = printed.partner
where facts.decisions is distinct from printed.decisions or facts.revoked is distinct from printed.revoked
