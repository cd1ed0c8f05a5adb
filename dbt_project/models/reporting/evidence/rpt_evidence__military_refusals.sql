-- A refusal of military goods stands once for each destination of such goods in it.
{{ refusals_of_goods('military') }}
