-- A refusal of dual-use goods stands once for each destination of such goods in it.
{{ refusals_of_goods('dual_use') }}
