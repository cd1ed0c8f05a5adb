-- Not printed: disclosure control reads from it how much each exporter contributes to the values of a year.
select
    cast(year_number as string) as period,
    partner,
    quantity,
    licence_type,
    category_code,
    rating,
    destination_code,
    contributor,
    {{ money('sum(value_eur)') }} as value_eur
from (
    select 'value_granted' as quantity, partner, year_number, licence_type, category_code, rating, destination_code, contributor, value_eur
    from {{ ref('rpt_licensing_facts__granted_lines') }}
    union all
    select 'value_exported' as quantity, partner, year_number, licence_type, category_code, rating, destination_code, contributor, value_eur
    from {{ ref('rpt_licensing_facts__write_offs') }}
) as amounts
where value_eur is not null and category_code = 'ML'
group by year_number, partner, quantity, licence_type, category_code, rating, destination_code, contributor
order by period, partner, quantity, licence_type, category_code, rating, destination_code, contributor
