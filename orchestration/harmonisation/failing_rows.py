"""Why a test of the warehouse did not pass, in words: the first rows that it found, and whose records they are.

Here: reading those rows from the build database. A test selects what it is about, which need not name a partner: then
the models that it tests are asked for the records that have the values it found. Not here: running the tests (dbt.py)
and keeping the results (assets/warehouse.py).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from orchestration.gate import NOT_RUN
from orchestration.harmonisation.dbt import NodeResult
from orchestration.quoting import sql_name

SHOWN = 3
PARTNER = "partner"
# What says where a record comes from, in the order in which it is told.
ORIGIN = (PARTNER, "feed", "record_ref", "submission_id", "source_row_number")
# What dbt's own tests call the value that they found in the tested column.
_VALUES = ("unique_field", "value_field", "from_field")


def failure_detail(connection: duckdb.DuckDBPyConnection, result: NodeResult, manifest: Mapping[str, Any]) -> str:
    """Why a test did not pass, with the first rows it found and their partners; empty if it passed."""
    if result.passed:
        return ""
    if result.status == "skipped":
        return NOT_RUN
    if result.status == "error" or not result.compiled_sql:
        return " ".join(result.message.split())
    try:
        names, shown = _rows(connection, f"SELECT * FROM ({result.compiled_sql}) LIMIT {SHOWN}")
        told = f"{result.rows or 0} rows, such as {shown}"
        whose = "" if PARTNER in names else _whose(connection, result, manifest, names)
    except duckdb.Error as problem:
        return f"{result.rows or 0} rows, such as rows not shown: {problem}"
    return f"{told}; they are of {whose}" if whose else told


def _whose(
    connection: duckdb.DuckDBPyConnection, result: NodeResult, manifest: Mapping[str, Any], names: Sequence[str]
) -> str:
    """The records behind rows that name no partner; empty where no model that was tested has them."""
    test = manifest["nodes"].get(result.unique_id, {})
    for model in test.get("depends_on", {}).get("nodes", ()):
        node = manifest["nodes"].get(model)
        if node is None:
            continue
        relation = f"{sql_name(node['schema'])}.{sql_name(node['alias'])}"
        try:
            columns = [row[0] for row in connection.execute(f"DESCRIBE {relation}").fetchall()]
        except duckdb.Error:
            continue  # what was not built says nothing
        same = [(name, name) for name in names if name in columns]
        if (tested := test.get("column_name")) in columns:
            same += [(name, tested) for name in names if name in _VALUES]
        told = [name for name in ORIGIN if name in columns]
        if not same or PARTNER not in told:
            continue
        matched = " AND ".join(f"m.{sql_name(there)} IS NOT DISTINCT FROM f.{sql_name(here)}" for here, there in same)
        chosen = ", ".join(f"m.{sql_name(name)}" for name in told)
        return _rows(
            connection,
            f"SELECT DISTINCT {chosen} FROM {relation} AS m "
            f"WHERE EXISTS (SELECT 1 FROM ({result.compiled_sql}) AS f WHERE {matched}) ORDER BY ALL LIMIT {SHOWN}",
        )[1]
    return ""


def _rows(connection: duckdb.DuckDBPyConnection, statement: str) -> tuple[list[str], str]:
    """The names of the columns, and the rows in words."""
    found = connection.execute(statement)
    names = [column[0] for column in found.description or ()]
    return names, "; ".join(
        ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True)) for row in found.fetchall()
    )
