"""From the lake to the warehouse: raw relations, dbt, and the one file that is being written."""
