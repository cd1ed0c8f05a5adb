-- Dual-use goods licensed and exported by kind of authorisation: individual, global, general and others.
{{ licensed_and_exported(
    'dual_use_return', "category_code between '0' and '9'", ['licence_type'],
    named='licence_type_name', label='names.name', total='All authorisations',
    printed_by='reported.licences desc, reported.licence_type',
    names='left join ' ~ ref('licence_types') ~ ' as names on reported.licence_type = names.code'
) }}
