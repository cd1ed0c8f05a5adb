"""Puts rows that Python has read within reach of DuckDB, in order and as text.

Here: a temporary Parquet file of text columns, written in batches so that memory stays flat. (Registering
Arrow tables with DuckDB directly would import pandas, which takes longer than most files.) Not here: any
format.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.quoting import sql_text
from orchestration.submissions.read.source import Source

_BATCH = 20_000


def text_table(scratch: Path, columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> Source:
    """A relation of the rows; an empty text counts as no value, as in every format."""
    schema = pa.schema([(column, pa.string()) for column in columns])
    target = scratch / "as_read.parquet"
    batch: list[Sequence[str | None]] = []
    with pq.ParquetWriter(target, schema, compression="lz4") as writer:

        def flush() -> None:
            arrays = [pa.array([row[index] or None for row in batch], pa.string()) for index in range(len(columns))]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            batch.clear()

        for row in rows:
            batch.append(row)
            if len(batch) == _BATCH:
                flush()
        flush()
    return Source(f"read_parquet({sql_text(str(target))})")
