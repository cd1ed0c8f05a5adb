-- Applications for dual-use goods that were refused at first, by destination.
{{ refusals_by_destination('dual_use_return', "category_code between '0' and '9'") }}
