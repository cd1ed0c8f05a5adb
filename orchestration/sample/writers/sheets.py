"""Typed files: Excel workbooks and Parquet.

Belongs here: cells that carry a type of their own. Does not belong here: their text (`text`). A text that
is not of its column's type stays text in a workbook, as it would if somebody had typed it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter

from orchestration.contracts.model import Contract, Field

_CREATED = dt.datetime(2026, 1, 1)
_MOST_ROWS = 1_048_575
_SLICE = 50_000


def write_workbook(table: pa.Table, contract: Contract, path: Path) -> None:
    """One sheet with a header row; the first date column holds Excel dates, the others ISO dates as text."""
    if table.num_rows > _MOST_ROWS:
        raise ValueError(f"{path.name} would have {table.num_rows:,} rows; a worksheet holds {_MOST_ROWS:,}.")
    dates = [field.name for field in contract.fields if field.type == "date"]
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": _CREATED, "author": contract.partner})
    sheet = book.add_worksheet(contract.options.sheet)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for column, field in enumerate(contract.fields):
        sheet.write_string(0, column, field.source, bold)
    row = 0
    for start in range(0, table.num_rows, _SLICE):
        for record in table.slice(start, _SLICE).to_pylist():
            row += 1
            for column, field in enumerate(contract.fields):
                _write_cell(sheet, row, column, field, record[field.name], day if field.name in dates[:1] else None)
    book.close()


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, field: Field, text: str | None,
    day: xlsxwriter.format.Format | None,
) -> None:  # fmt: skip
    if text is None:
        return
    if day is not None:
        try:
            sheet.write_datetime(row, column, dt.datetime.strptime(text, field.formats[0]), day)
            return
        except ValueError:  # a date that cannot be is typed as text
            pass
    if field.type in ("decimal", "integer"):
        try:
            sheet.write_number(row, column, float(text))
            return
        except ValueError:
            pass
    if field.type == "boolean" and text in ("true", "false"):
        sheet.write_boolean(row, column, text == "true")
        return
    sheet.write_string(row, column, text)


def write_parquet(table: pa.Table, contract: Contract, path: Path) -> None:
    """Typed columns named as the partner names them; the file carries no clock."""
    columns = {field.source: _typed(table.column(field.name), field) for field in contract.fields}
    pq.write_table(pa.table(columns), path, compression="zstd", row_group_size=1 << 17)


def _typed(column: pa.ChunkedArray, field: Field) -> pa.ChunkedArray:
    if field.type == "date":
        return pc.cast(pc.strptime(column, format=field.formats[0], unit="s"), pa.date32())
    if field.type == "integer":
        return pc.cast(column, pa.int64())
    if field.type == "decimal":
        return pc.cast(column, pa.decimal128(18, field.scale))
    return column
