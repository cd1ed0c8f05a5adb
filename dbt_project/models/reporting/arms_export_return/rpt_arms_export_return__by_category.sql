-- Military goods licensed and exported by category of the common military list. A licence with goods of several counts once for each.
{{ licensed_and_exported(
    'arms_export_return', "category_code = 'ML'", ['rating'],
    named='category', label='reported.rating', total='All categories',
    printed_by='length(reported.rating), reported.rating'
) }}
