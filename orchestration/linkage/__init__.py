"""Which mentions of parties are one party: names, profiles, scores, clusters."""
