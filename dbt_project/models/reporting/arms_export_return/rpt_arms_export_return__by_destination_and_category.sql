-- Military goods licensed and exported by destination and category of the common military list: the cells of the return.
{{ licensed_and_exported(
    'arms_export_return', "category_code = 'ML'", ['destination_code', 'rating'],
    named='destination', label='coalesce(names.name, reported.destination_code)', total='All destinations',
    printed_by='reported.destination_code, reported.rating',
    names='left join ' ~ ref('dim_countries') ~ ' as names on reported.destination_code = names.country_code'
) }}
