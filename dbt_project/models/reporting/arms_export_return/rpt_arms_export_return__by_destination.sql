-- Military goods licensed and exported by destination. A licence for several countries counts once for each.
{{ licensed_and_exported(
    'arms_export_return', "category_code = 'ML'", ['destination_code'],
    named='destination', label='coalesce(names.name, reported.destination_code)', total='All destinations',
    printed_by='reported.licences desc, reported.destination_code',
    names='left join ' ~ ref('dim_countries') ~ ' as names on reported.destination_code = names.country_code'
) }}
