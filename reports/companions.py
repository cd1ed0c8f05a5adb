"""The machine-readable companion of each printed table: one CSV with every row and every authority.

Belongs here: exact values, codes beside labels, and text that no spreadsheet will run as a formula. Does not
belong here: rounding (the file holds more digits than the page) or rows that the page does not hold.
"""

from __future__ import annotations

import csv
import io

from reports.figures import NOT_AVAILABLE
from reports.outputs.numbers import digits, number, symbol
from reports.tables import Cell, PrintedRow, PrintedTable

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def table_csv(table: PrintedTable, period: str) -> bytes:
    """All rows of all parts; a part without data is one row of [x]."""
    columns = table.declaration.columns
    buffer = io.StringIO()
    out = csv.writer(buffer, lineterminator="\n")
    out.writerow(["period", "partner", "authority", *(column.name for column in columns), "is_total"])
    for part in table.parts:
        head = [period, harmless(part.authority.code), harmless(part.authority.name)]
        if not part.available:
            out.writerow([*head, *(NOT_AVAILABLE for _ in columns), "[x]"])
        for row in part.rows:
            values = [harmless(row.label) if _is_heading(table, row, cell) else _plain(cell) for cell in row.cells]
            out.writerow([*head, *values, "true" if row.kind == "total" else "false"])
    return buffer.getvalue().encode("utf-8")


def looks_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet that reads the text may run it: a leading = + - @ or control character."""
    return text.startswith(_FORMULA_STARTS) or text.lstrip(" \u00a0\ufeff").startswith(_FORMULA_STARTS)


def harmless(text: str) -> str:
    """Text that a spreadsheet shows instead of running: an apostrophe before what looks like a formula."""
    return "'" + text if looks_like_a_formula(text) else text


def _is_heading(table: PrintedTable, row: PrintedRow, cell: Cell) -> bool:
    """Whether the cell is the heading of a total row, which the reporting table may leave empty."""
    return row.kind == "total" and cell.column.name == table.declaration.label


def _plain(cell: Cell) -> str:
    if cell.column.is_text:
        return harmless("" if cell.value is None else str(cell.value))
    found = number(cell)
    return symbol(cell) if found is None else digits(found)
