-- Applications for military goods that were refused at first, by destination.
{{ refusals_by_destination('arms_export_return', "category_code = 'ML'") }}
