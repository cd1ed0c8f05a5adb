"""Asks a few values first: most guesses about a column die on the first hundred, and the rest are asked for all.

Here: the order of asking. Not here: what is asked (days.py, figures.py).
"""

from collections.abc import Mapping

import duckdb

GLANCE = 100


def survivors(connection: duckdb.DuckDBPyConnection, values: str, conditions: Mapping[str, str]) -> list[str]:
    """The names of the conditions (SQL on the value `v`) that hold for every value; none where there are no values."""
    for relation in (f"(from {values} limit {GLANCE})", values):
        if not conditions:
            break
        checks = ", ".join(f"bool_and({condition})" for condition in conditions.values())
        found = connection.execute(f"select {checks} from {relation}").fetchall()[0]
        conditions = {name: conditions[name] for name, holds in zip(conditions, found, strict=True) if holds}
    return list(conditions)
