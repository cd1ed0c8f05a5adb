-- Not printed: disclosure control reads from it how much each exporter contributes to the values of a year, in all classes in which they
-- are printed; of licences that ended, by the year in which they did. A null contributor: the partner does not say who exports.
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

    {% for quantity, amount in [('value_ended', 'authorised_eur'), ('value_ended_used', 'used_eur')] %}
    union all

    select
        '{{ quantity }}' as quantity,
        lines.partner,
        year(lines.ended_on) as year_number,
        lines.licence_type as licence_type_code,
        coalesce({{ rating_category('lines.rating') }}, 'none') as category_code,
        coalesce({{ rating_entry('lines.rating') }}, 'none') as rating,
        lines.destination_code,
        exporters.contributor,
        lines.{{ amount }} as value_eur
    from {{ ref('fct_licence_utilisation') }} as lines
    left join {{ ref('rpt_licensing_facts__exporters') }} as exporters
        on lines.partner = exporters.partner and lines.application_ref = exporters.application_ref
    where lines.has_ended and lines.authorised_eur is not null{{ ' and lines.used_eur <> 0' if amount == 'used_eur' }}

    {% endfor %}
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
