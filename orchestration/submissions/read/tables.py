"""Puts rows that Python has read into DuckDB, in order and as text.

Here: a growing table of text columns. Not here: any format. Rows pass through Arrow in batches, so that memory stays flat.
"""

from collections.abc import Iterable, Sequence

import duckdb
import pyarrow as pa

from orchestration.submissions.read.source import Source

_BATCH = 20_000


def text_table(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], rows: Iterable[Sequence[str | None]], name: str = "as_read"
) -> Source:
    """A temporary table `name` with the rows; an empty text counts as no value, as in every format."""
    declared = ", ".join(f'"{column}" VARCHAR' for column in columns)
    connection.execute(f'create or replace temp table "{name}" ({declared})')
    schema = pa.schema([(column, pa.string()) for column in columns])
    batch: list[Sequence[str | None]] = []

    def flush() -> None:
        arrays = [pa.array([row[index] or None for row in batch], pa.string()) for index in range(len(columns))]
        connection.register("entrepot_batch", pa.Table.from_arrays(arrays, schema=schema))
        connection.execute(f'insert into "{name}" select * from entrepot_batch')
        connection.unregister("entrepot_batch")
        batch.clear()

    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            flush()
    if batch:
        flush()
    return Source(f'"{name}"')
