select
    partner,
    feed,
    record_ref,
    submission_id,
    source_row_number,
    marking,
    year_number,
    destination_text,
    destination_code,
    value,
    currency,
    value_eur,
    war_weapons_value_eur
from {{ ref('int_licensing__licensed_values') }}
order by partner, year_number, destination_code, destination_text
