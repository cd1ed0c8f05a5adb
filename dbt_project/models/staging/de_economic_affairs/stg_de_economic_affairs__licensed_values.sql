with current_licensed_values as (

    {{ current_rows(source('raw', 'de_economic_affairs__licensed_values'), ['year_on', 'destination_iso3'], 'snapshot') }}

)

select
    partner,
    feed,
    cast(year_on as varchar) || '/' || destination_iso3 as record_ref,
    submission_id,
    source_row_number,
    marking,
    year_on,
    value,
    war_weapons_value,
    destination_country,
    destination_iso3
from current_licensed_values
