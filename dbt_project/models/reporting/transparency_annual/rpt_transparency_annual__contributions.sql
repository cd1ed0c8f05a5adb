-- Not printed: disclosure control reads from it how much each exporter contributes to the values of a year, in all classes in which they
-- are printed. A null contributor: the partner does not say who exports.
with amounts as (

    select
        'value_granted' as quantity,
        partner,
        year_number,
        licence_type as licence_type_code,
        category_code,
        rating,
        destination_code,
        contributor,
        value_eur
    from {{ ref('rpt_licensing_facts__granted_lines') }}
    where value_eur is not null

    union all

    select
        case when {{ is_open_licence('licence_type') }} then 'value_exported_open' else 'value_exported' end as quantity,
        partner,
        year_number,
        licence_type as licence_type_code,
        category_code,
        rating,
        destination_code,
        contributor,
        value_eur
    from {{ ref('rpt_licensing_facts__write_offs') }}
    where value_eur is not null

)

select
    cast(year_number as string) as period,
    partner,
    quantity,
    licence_type_code,
    category_code,
    rating,
    destination_code,
    contributor,
    {{ money('sum(value_eur)') }} as value_eur
from amounts
group by year_number, partner, quantity, licence_type_code, category_code, rating, destination_code, contributor
order by period, partner, quantity, licence_type_code, category_code, rating, destination_code, contributor
