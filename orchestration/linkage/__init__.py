"""Which mentions of parties are one party: names, profiles, scores, clusters and ids; between the two parts of dbt."""
