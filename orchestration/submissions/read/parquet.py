"""Reads Parquet as text, each typed column in the form that its field's own rules understand.

Here: the check of the columns and the casts from Parquet's types. Rows stay in file order. Not here: types
and rules.
"""

from pathlib import Path

import duckdb

from orchestration.contracts.model import Contract, Field
from orchestration.errors import RejectedFileError
from orchestration.quoting import sql_text
from orchestration.submissions.read.header import match_columns
from orchestration.submissions.read.source import Source


def open_parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, scratch: Path, name: str
) -> Source:
    """A `read_parquet` over the file with every column cast to text."""
    reader = f"read_parquet({sql_text(str(path))}, hive_partitioning = false)"
    try:
        described = connection.execute(f"describe select * from {reader}").fetchall()
    except duckdb.Error as error:
        raise _damaged(error, name) from None
    columns = [(str(row[0]), str(row[1])) for row in described]
    mapped = match_columns([column for column, _ in columns], contract, name, "the schema")
    kinds = {target: column for target, column in zip(mapped, columns, strict=True) if target is not None}
    cells = ", ".join(f'{_cell(field, *kinds[field.name])} as "{field.name}"' for field in contract.fields)
    return Source(f"(select {cells} from {reader})", lambda error: _damaged(error, name))


def _cell(field: Field, column: str, kind: str) -> str:
    quoted = '"' + column.replace('"', '""') + '"'
    if kind == "VARCHAR":
        return f"nullif({quoted}, '')"
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        if kind == "TIMESTAMP WITH TIME ZONE":
            quoted = f"timezone('UTC', {quoted})"
        form = field.formats[0] if field.formats else ("%Y-%m-%d" if kind == "DATE" else "%Y-%m-%d %H:%M:%S")
        return f"strftime({quoted}, {sql_text(form)})"
    if kind == "BOOLEAN":
        yes, no = (field.true_values or ("true",))[0], (field.false_values or ("false",))[0]
        return f"case {quoted} when true then {sql_text(yes)} when false then {sql_text(no)} end"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return f"cast(to_json({quoted}) as varchar)"
    if kind == "BLOB":
        return f"decode({quoted})"
    if kind in ("FLOAT", "DOUBLE"):
        exact = f"cast(try_cast({quoted} as decimal(38, {max(field.scale, 6)})) as varchar)"
        # What is no decimal (NaN, infinity, 1e300) keeps its text, and the field's rule puts the row aside.
        return _localised(f"coalesce({exact}, cast({quoted} as varchar))", field)
    return _localised(f"cast({quoted} as varchar)", field)


def _localised(text: str, field: Field) -> str:
    if field.type == "decimal" and field.decimal_separator != ".":
        return f"replace({text}, '.', {sql_text(field.decimal_separator)})"
    return text


def _damaged(error: duckdb.Error, name: str) -> RejectedFileError:
    first = str(error).splitlines()[0]
    return RejectedFileError(
        f"{name} is not a whole Parquet file ({first[:200]}). Write it again and check that the transfer was complete."
    )
