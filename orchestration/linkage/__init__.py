"""Which mentions of parties are one party, between the two parts of the dbt build: names, profiles, scores, clusters."""
