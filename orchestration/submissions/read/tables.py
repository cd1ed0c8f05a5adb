"""Puts rows that Python has read within reach of DuckDB, in order and as text.

Here: a temporary Parquet file of text columns, written in batches so that memory stays flat, and the refusal of cells
that are no text. (Registering
Arrow tables with DuckDB directly would import pandas, which takes longer than most files.) Not here: any
format.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.errors import RejectedFileError
from orchestration.quoting import sql_text
from orchestration.submissions.read.source import Source
from reports.hidden_characters import is_visible

_BATCH = 20_000
_BATCH_CHARACTERS = 16 << 20
MAX_CELL = 1_000_000


def text_table(
    scratch: Path, columns: Sequence[str], rows: Iterable[Sequence[str | None]], name: str, unit: str = "row"
) -> Source:
    """A relation of the rows; an empty text counts as no value, as in every format.

    Raises RejectedFileError for a cell that is no text (NUL, half a surrogate pair) or of more than MAX_CELL
    characters; `unit` is what a row is called there, counted from 1.
    """
    schema = pa.schema([(column, pa.string()) for column in columns])
    target = scratch / "as_read.parquet"
    batch: list[Sequence[str | None]] = []
    written = volume = 0
    visible = True
    with pq.ParquetWriter(target, schema, compression="lz4") as writer:

        def flush() -> None:
            nonlocal written, volume
            try:
                arrays = [pa.array([row[index] or None for row in batch], pa.string()) for index in range(len(columns))]
            except UnicodeEncodeError:
                _refuse_no_text(batch, columns, written, name, unit)
                raise
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            written += len(batch)
            volume = 0
            batch.clear()

        for row in rows:
            batch.append(row)
            text = "".join(filter(None, row))
            volume += len(text)
            visible = visible and is_visible(text)
            if "\0" in text or len(text) > MAX_CELL:
                _refuse_no_text(batch, columns, written, name, unit)
            if len(batch) == _BATCH or volume > _BATCH_CHARACTERS:
                flush()
        flush()
    return Source(f"read_parquet({sql_text(str(target))})", all_visible=visible)


def _refuse_no_text(
    batch: Sequence[Sequence[str | None]], columns: Sequence[str], written: int, name: str, unit: str
) -> None:
    """Say which cell of the batch is at fault, if one is."""
    for number, row in enumerate(batch, start=written + 1):
        for column, cell in zip(columns, row, strict=True):
            where = f"{name}, {unit} {number}, field `{column}`"
            if cell is None:
                continue
            if "\0" in cell:
                raise RejectedFileError(f"{where}: a NUL character, which no text has. Take it out and export again.")
            if len(cell) > MAX_CELL:
                raise RejectedFileError(
                    f"{where}: {len(cell):,} characters; at most {MAX_CELL:,} are taken in one cell. Shorten it, or "
                    "deliver the long text as a document of its own."
                )
            if any("\ud800" <= character <= "\udfff" for character in cell):
                raise RejectedFileError(
                    f"{where}: half of a surrogate pair, which is no character. The text was cut in the middle of a "
                    "character or wrongly converted; export it again."
                )
