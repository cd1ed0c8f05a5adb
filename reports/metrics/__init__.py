"""The metrics of all reports, each defined once: ``definitions/`` holds one YAML file for each of them."""
