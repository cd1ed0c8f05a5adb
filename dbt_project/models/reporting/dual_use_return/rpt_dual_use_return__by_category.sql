-- Dual-use goods licensed and exported by category of Annex I. A licence with goods of several counts once for each.
{{ licensed_and_exported(
    'dual_use_return', "category_code between '0' and '9'", ['category_code'],
    named='category', label='names.name', total='All dual-use goods',
    printed_by='names.sort_order',
    names='left join ' ~ ref('control_categories') ~ ' as names on reported.category_code = names.code'
) }}
