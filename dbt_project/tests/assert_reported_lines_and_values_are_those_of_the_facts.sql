-- The total rows of the tables by rating, by destination and by value hold every decided line and every granted euro of the facts.
with facts as (

    select
        partner,
        count(*) as lines,
        coalesce(sum(case when outcome = 'granted' then value_eur end), 0) as value_eur
    from {{ ref('fct_licence_lines') }}
    where
        decided_on is not null
        and partner in (select partner from {{ ref('fct_decisions') }})
    group by partner

),

by_rating as (

    select partner, sum(lines) as lines, sum(value_eur) as value_eur
    from {{ ref('rpt_licensing_statistics__decisions_by_rating') }}
    where is_total
    group by partner

),

by_destination as (

    select partner, sum(value_eur) as value_eur
    from {{ ref('rpt_licensing_statistics__decisions_by_destination') }}
    where is_total
    group by partner

),

by_category as (

    select partner, sum(value_eur) as value_eur
    from {{ ref('rpt_licensing_statistics__values') }}
    where is_total
    group by partner

)

select
    facts.*,
    by_rating.lines as lines_by_rating,
    by_rating.value_eur as value_by_rating,
    by_destination.value_eur as value_by_destination,
    by_category.value_eur as value_by_category
from facts
left join by_rating on facts.partner = by_rating.partner
left join by_destination on facts.partner = by_destination.partner
left join by_category on facts.partner = by_category.partner
where
    facts.lines is distinct from by_rating.lines
    or facts.value_eur is distinct from by_rating.value_eur
    or facts.value_eur is distinct from by_destination.value_eur
    or facts.value_eur is distinct from coalesce(by_category.value_eur, 0)
