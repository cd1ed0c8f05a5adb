"""Reads one sheet of an Excel workbook as text, exactly as its cells show their values.

Here: the sheet, the header and the text of typed cells: whole numbers without point, other numbers with the
up to 15 digits that Excel keeps, dates in the field's own format, booleans in the field's own words. Rows
without any value are no records. Not here: types and rules.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import python_calamine

from orchestration.contracts.model import Contract, Field
from orchestration.errors import RejectedFileError
from orchestration.submissions.read.header import match_columns
from orchestration.submissions.read.source import Source
from orchestration.submissions.read.tables import text_table
from orchestration.submissions.read.workbook import check_workbook

_EXACT = 2.0**53  # beyond it a binary fraction no longer tells one whole number from the next


def open_xlsx(
    connection: duckdb.DuckDBPyConnection, path: Path, contract: Contract, scratch: Path, name: str
) -> Source:
    """The rows of the contract's sheet (or of the only one) as a table of text."""
    rows = _sheet(path, contract, name)
    for _ in range(contract.options.skip_lines):
        next(rows, None)
    if contract.options.header:
        header = next(rows, None)
        if header is None:
            raise RejectedFileError(
                f"{name} has no header; expected the columns {_declared(contract)}. Open it in Excel "
                "and check that its rows are there."
            )
        names = ["" if cell is None else _text(cell, None) for cell in header]
        while names and not names[-1].strip():
            names.pop()
        mapped = match_columns(names, contract, name, f"the header in row {contract.options.skip_lines + 1}")
    else:
        mapped = [field.name for field in contract.fields]
    return text_table(
        scratch, [field.name for field in contract.fields], _records(rows, mapped, contract, name), name, "record"
    )


def _sheet(path: Path, contract: Contract, name: str) -> Iterator[Sequence[Any]]:
    # The form for partners has sheets beside that of the rows, which bears the feed's name.
    wanted = check_workbook(path, contract.options.sheet, name, contract.feed[:31])
    try:
        sheet = python_calamine.load_workbook(path).get_sheet_by_name(wanted)
        _refuse_merged(sheet, contract.options.skip_lines, name)
        return sheet.iter_rows()
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise RejectedFileError(
            f"{name} cannot be read as an Excel workbook: {error}. Open it in Excel and save it again."
        ) from None


def _refuse_merged(sheet: python_calamine.CalamineSheet, skip_lines: int, name: str) -> None:
    """A merged cell shows one value for several rows or columns and has it in the first alone; titles may be merged."""
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or []:
        if bottom >= skip_lines:
            raise RejectedFileError(
                f"{name}, sheet {sheet.name}: row {top + 1}, column {left + 1} is the corner of merged cells, so that "
                "it cannot be told which of them have the value. Unmerge them and fill in each."
            )


def _records(
    rows: Iterator[Sequence[Any]], mapped: Sequence[str | None], contract: Contract, name: str
) -> Iterator[list[str | None]]:
    position = {column: index for index, column in enumerate(mapped) if column is not None}
    for number, row in enumerate(rows, start=1):
        if not any(_filled(cell) for cell in row):
            continue
        if any(_filled(cell) for cell in row[len(mapped) :]):
            raise RejectedFileError(
                f"{name}: row {number} after the header has values to the right of the last named column. "
                "Name the column, or "
                "remove the values."
            )
        inexact = [at for at, cell in enumerate(row) if isinstance(cell, float) and _EXACT < abs(cell) < math.inf]
        if inexact:
            raise RejectedFileError(
                f"{name}: row {number} after the header, column {inexact[0] + 1} holds a number of more than 15 "
                "digits, of which Excel does not keep the last. Give the column the format Text and fill it in again."
            )
        yield [
            _text(row[position[field.name]], field) if position[field.name] < len(row) else None
            for field in contract.fields
        ]


def _filled(cell: Any) -> bool:
    return cell is not None and cell != ""


def _text(cell: Any, field: Field | None) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        words = (field.true_values, field.false_values) if field and field.true_values else (("true",), ("false",))
        return words[0][0] if cell else words[1][0]
    if isinstance(cell, int | float):
        return _number(cell, field)
    if isinstance(cell, datetime | date):
        return _moment(cell, field)
    if isinstance(cell, time | timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


def _number(cell: int | float, field: Field | None) -> str:
    if not math.isfinite(cell):
        return str(cell)
    if isinstance(cell, int) or cell.is_integer():
        return str(int(cell))
    text = format(Decimal(format(cell, ".15g")), "f")
    return text.replace(".", field.decimal_separator) if field and field.type in ("decimal", "integer") else text


def _moment(cell: date, field: Field | None) -> str:
    moment = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
    midnight = moment.time() == time()
    if field is None or not field.formats:
        return moment.date().isoformat() if midnight else moment.isoformat(sep=" ")
    iso = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
    fitting = [form for form in field.formats if ("%H" in form or midnight)]
    best = next((form for form in iso if form in fitting), fitting[0] if fitting else field.formats[0])
    return moment.strftime(best.replace("%Y", f"{moment.year:04d}"))


def _declared(contract: Contract) -> str:
    return ", ".join(field.source for field in contract.fields)
