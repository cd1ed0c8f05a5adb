-- One row per destination and year of a partner that publishes sums only. The year is that of the licences; values are in euro as given.
with given as (

    select
        *,
        {{ normalise_country_text('destination_country') }} as destination_normalised
    from {{ ref('stg_de_economic_affairs__licensed_values') }}

)

select
    given.partner,
    given.feed,
    given.record_ref,
    given.submission_id,
    given.source_row_number,
    given.marking,
    year(given.year_on) as year_number,
    given.destination_country as destination_text,
    coalesce(by_code.code, aliases.iso2, 'XX') as destination_code,
    given.value,
    'EUR' as currency,
    given.value as value_eur,
    given.war_weapons_value as war_weapons_value_eur,
    case
        when by_code.code is not null then 'exact'
        when aliases.kind in ('group', 'unspecified') or aliases.iso2 = 'XX' then 'none'
        when aliases.kind = 'territory' then 'broader'
        when aliases.iso2 is not null then 'exact'
        else 'unmapped'
    end as destination_match
from given
left join {{ ref('countries') }} as by_code on given.destination_iso3 = by_code.iso3
left join {{ ref('country_aliases') }} as aliases on given.destination_normalised = aliases.alias
