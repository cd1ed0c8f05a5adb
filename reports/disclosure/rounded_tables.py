"""Printed tables whose counts are rounded: printed anew from rounded rows, they know nothing of the true ones.

Belongs here: rounded rows, what is made of them (shares, changes) or hidden beside them, and the order of rows: no row,
place or letter of a table depends on what rounding hides. Does not belong here: the number that stands for a figure
(rounded), or what a declaration of such a table may say (rounded_declarations).

A row in which every count is printed 0 is left out, and so is an authority of whom all are: whether it is there would
tell 1 or 2 from 0. In a table over time every period stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reports.declaration import Column, TableDeclaration
from reports.disclosure.policy import Profile
from reports.errors import ReportError
from reports.figures import CONFIDENTIAL, PERIOD, exact
from reports.tables import Cell, Part, PrintedRow, PrintedTable, add, print_table

# Shares and changes are made where at least so many times the base are below the line: there they mean something.
MEANS_SOMETHING = 4
_DIGITS = Decimal("0.001")
# What a row holds beside its columns.
_OF_ROWS = ("period", "partner", "is_total", "sort_order")
# Authority, key of the row, column.
Place = tuple[str, str, str]
Write = Callable[[Any, str], str]


def is_made(column: Column) -> bool:
    """Whether the column is made of others by arithmetic."""
    return bool(column.numerator or column.now)


def reprinted(
    table: PrintedTable,
    numbers: Mapping[Place, Decimal],
    profile: Profile,
    write: Write,
    withheld: Set[str] = frozenset(),
) -> PrintedTable:
    """The table as rounded numbers make it, without the rows of authorities that are withheld."""
    declaration = table.declaration
    parts = [part for part in table.parts if part.authority.code not in withheld]
    rows = [row for part in parts for row in _rounded_rows(declaration, part, numbers, profile)]
    again = print_table(declaration, table.number, rows, [part.authority for part in table.parts], write)
    return replace(again, parts=tuple(_without_guesses(declaration, part, profile) for part in again.parts))


def _rounded_rows(
    declaration: TableDeclaration, part: Part, numbers: Mapping[Place, Decimal], profile: Profile
) -> Iterator[dict[str, Any]]:
    """The rows of a part as a reporting table would hold them, had it counted in multiples of the base."""
    pairs = [(row, _with_counts(declaration, row, part, numbers)) for row in part.rows if row.source]
    total = next((values for row, values in pairs if row is part.total), None)
    over_time = declaration.column(declaration.label).format == PERIOD
    counts = {column for _, _, column in numbers}
    if not any(values[name] for _, values in pairs for name in counts if name in values):
        return
    kept = [
        (row, values)
        for row, values in pairs
        if over_time or row is part.total or any(values[name] for name in counts if name in values)
    ]
    if declaration.rank:
        kept.sort(key=lambda pair: (-(exact(pair[1][declaration.rank]) or Decimal(0)), pair[0].label))
        for place, (_, values) in enumerate(kept, start=1):
            values["sort_order"] = place
    for _, values in kept:
        for column in declaration.columns:
            if _lost_its_base(column, values, total) or (is_made(column) and values[column.name] is not None):
                values[column.name] = _made(column, values, total, profile) or Decimal(0)
        yield values


def _with_counts(
    declaration: TableDeclaration, row: PrintedRow, part: Part, numbers: Mapping[Place, Decimal]
) -> dict[str, Any]:
    """The row with rounded counts and with nothing that the table does not print."""
    known = {*_OF_ROWS, *declaration.key, *(column.name for column in declaration.columns)}
    values = {name: value for name, value in (row.source or {}).items() if name in known}
    for cell in row.cells:
        column = cell.column
        number = numbers.get((part.authority.code, row.key, column.name))
        if number is not None:
            values[column.name] = int(number)
        elif exact_number(cell) is not None and not is_made(column) and not column.derived_from:
            raise ReportError(
                f"Table {part.number}, row '{row.label}', column '{column.header}' prints a figure of no quantity, "
                "and the table is rounded: the true one would stand beside rounded ones. Name its quantity in "
                "report.yaml."
            )
    return values


def exact_number(cell: Cell) -> Decimal | None:
    """The number in a cell, if it is one of figures."""
    return None if cell.column.is_text else exact(cell.value)


def _lost_its_base(column: Column, values: Mapping[str, Any], total: Mapping[str, Any] | None) -> bool:
    """Whether a share or change has none only because a true count below the line is nought: rounded, it looks as any
    other that is too small.
    """
    above, below = _line(column, values, total)
    return is_made(column) and not column.parts_only and None not in (above, below)


def _line(
    column: Column, values: Mapping[str, Any], total: Mapping[str, Any] | None
) -> tuple[Decimal | None, Decimal | None]:
    """What stands above and below the line."""
    if column.now:
        now, then = exact(values[column.now]), exact(values[column.then])
        return (now - then if now is not None and then is not None else None), then
    above = add(values[name] for name in column.numerator)
    if column.of_total:
        return above, exact(total[column.of_total]) if total else None
    return above, add(values[name] for name in column.denominator)


def _made(
    column: Column, values: Mapping[str, Any], total: Mapping[str, Any] | None, profile: Profile
) -> Decimal | None:
    """The share or change that rounded counts give; None where too few are below the line for it to mean anything, or
    where a part is printed greater than its whole.
    """
    above, below = _line(column, values, total)
    if above is None or below is None:
        return None
    if column.now and column.format not in ("change",):
        return above  # a difference of two rounded counts
    if below < MEANS_SOMETHING * profile.base or (column.numerator and column.per == 1 and above > below):
        return None
    return (above * column.per / below).quantize(_DIGITS, rounding=ROUND_HALF_UP)


def _without_guesses(declaration: TableDeclaration, part: Part, profile: Profile) -> Part:
    """The part with [c] for shares that would mean nothing, and for what was made of the true rows (medians)."""
    total = _values(part.total) if part.total else None

    def mended(row: PrintedRow) -> PrintedRow:
        values = _values(row)
        away = {
            column.name
            for column in declaration.columns
            if row.cell(column.name).value is not None
            and (column.derived_from or (is_made(column) and _made(column, values, total, profile) is None))
        }
        cells = tuple(
            replace(cell, value=None, text=CONFIDENTIAL) if cell.column.name in away else cell for cell in row.cells
        )
        source = {name: None if name in away else value for name, value in row.source.items()} if row.source else None
        return replace(row, cells=cells, source=source)

    rows = {id(row): mended(row) for row in (*part.rows, *part.short)}
    return replace(
        part, rows=tuple(rows[id(row)] for row in part.rows), short=tuple(rows[id(row)] for row in part.short)
    )


def _values(row: PrintedRow) -> dict[str, Any]:
    return {cell.column.name: cell.value for cell in row.cells}
