-- M3 in the three ways in which offices compute it, so that a reader can compare with whom he likes: the same year gives other rates. The rate
-- of the reports is `of_grants_and_refusals`.
{%- set variants = [
    ('of_all_processed', 'Of all applications processed', "counts_as = 'first_outcome'"),
    ('of_grants_and_refusals', 'Of grants and refusals', "counts_as = 'first_outcome' and outcome in ('granted', 'refused')"),
    ('of_grants_refusals_and_revocations', 'Of grants, refusals and revocations',
     "(counts_as = 'first_outcome' and outcome in ('granted', 'refused')) or counts_as = 'revocation'"),
] %}
with decisions as (

    select * from {{ ref('fct_decisions') }} where decided_on is not null

),

counted as (

    {% for variant, label, condition in variants %}
    select
        kinds.period_kind,
        {{ period_of('decisions.decided_on') }} as period,
        decisions.partner,
        '{{ variant }}' as variant,
        '{{ label }}' as denominator,
        sum(case when counts_as = 'first_outcome' and outcome = 'refused' then 1 else 0 end) as refused,
        sum(case when {{ condition }} then 1 else 0 end) as decisions,
        {{ loop.index }} as sort_order
    from decisions
    cross join {{ period_kinds() }}
    group by kinds.period_kind, {{ period_of('decisions.decided_on') }}, decisions.partner
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    counted.period,
    counted.period_kind,
    counted.partner,
    counted.variant,
    counted.denominator,
    cast({{ if_published('counted.refused', 'refused') }} as bigint) as refused,
    cast(counted.decisions as bigint) as decisions,
    {{ if_published(share('counted.refused', 'counted.decisions'), 'refused') }} as refusal_share,
    cast(counted.sort_order as integer) as sort_order
from counted
left join {{ ref('dim_partners') }} as partners on counted.partner = partners.partner
order by counted.period, counted.partner, counted.sort_order
