"""Printed tables: rows of a reporting table turned into cells with texts and identities.

Belongs here: which rows are printed, in which order, the row of the rest, what each cell says and is called.
Does not belong here: HTML (templates do that), whether the sums are right (``prove`` does that), any figure
that the reporting table does not hold, except the row of the rest, which is a sum of rows that are printed in
full beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reports.declaration import Column, TableDeclaration
from reports.errors import ReportError
from reports.figures import CONFIDENTIAL, NOT_AVAILABLE, PERIOD, exact
from reports.hidden_characters import written_out
from reports.source import Authority, Row

BODY, REMAINDER, TOTAL = "body", "remainder", "total"
# A share of the rest is rounded as the shares of the reporting tables are.
_SHARE_DIGITS = Decimal("0.001")


@dataclass(frozen=True)
class Cell:
    """One printed figure or word. ``id`` is stable from edition to edition as long as its row and column
    exist.
    """

    id: str
    column: Column
    format: str
    value: Any
    text: str
    # Symbols that are printed beside the figure, such as [r]; they are no part of the text.
    marks: tuple[str, ...] = ()

    @property
    def is_hidden(self) -> bool:
        """Whether disclosure control took the number out: then ``value`` is None and no trace of it is left."""
        return self.text == CONFIDENTIAL


@dataclass(frozen=True)
class PrintedRow:
    """A row of a part. ``key`` names it, ``label`` heads it."""

    key: str
    label: str
    kind: str
    cells: tuple[Cell, ...]
    source: Row | None
    is_residual: bool = False

    def cell(self, column: str) -> Cell:
        """The cell under that column."""
        for cell in self.cells:
            if cell.column.name == column:
                return cell
        raise ReportError(f"The row '{self.label}' has no column '{column}'.")


@dataclass(frozen=True)
class Part:
    """One authority's share of a table: all its rows, and the shorter form that is printed first."""

    authority: Authority
    number: str
    id: str
    rows: tuple[PrintedRow, ...]
    short: tuple[PrintedRow, ...]
    columns: tuple[Column, ...]
    # The rows of a table over time are periods: their span, for the caption; else nothing.
    span: str = ""

    @property
    def available(self) -> bool:
        """Whether the authority has anything for this table."""
        return bool(self.rows)

    @property
    def body(self) -> tuple[PrintedRow, ...]:
        """The rows that are no total."""
        return tuple(row for row in self.rows if row.kind == BODY)

    @property
    def total(self) -> PrintedRow | None:
        """The total row, if the table has one."""
        return next((row for row in self.rows if row.kind == TOTAL), None)

    def row(self, key: str) -> PrintedRow | None:
        """The row of that key, if there is one."""
        return next((row for row in self.rows if row.key == key), None)


@dataclass(frozen=True)
class PrintedTable:
    """A numbered table with one part for each authority of the report."""

    declaration: TableDeclaration
    number: str
    parts: tuple[Part, ...]

    @property
    def id(self) -> str:
        """Anchor of the whole table."""
        return f"table-{self.number}"

    @property
    def csv_name(self) -> str:
        """Path of its companion file within the edition."""
        return f"tables/{self.declaration.name}.csv"

    def part(self, authority: str) -> Part | None:
        """The part of that authority (its code); None if it is not asked for this table."""
        return next((part for part in self.parts if part.authority.code == authority), None)

    @property
    def row_keys(self) -> list[tuple[str, str]]:
        """Key and label of every row of any part, in order: what a side-by-side table prints down its left
        edge.
        """
        rows = [row for part in self.parts for row in part.rows]
        rows.sort(key=lambda row: (row.source or {}).get("sort_order") or 0)
        return list({row.key: (row.key, row.label) for row in reversed(rows)}.values())[::-1]


def print_table(
    declaration: TableDeclaration,
    number: str,
    rows: Sequence[Row],
    authorities: Sequence[Authority],
    write: Callable[[Any, str], str],
) -> PrintedTable:
    """Turn the rows of all authorities into a numbered table."""
    asked = [
        authority
        for authority in authorities
        if declaration.everyone or any(row["partner"] == authority.code for row in rows)
    ]
    parts = []
    for position, authority in enumerate(asked):
        letter = chr(ord("a") + position) if len(asked) > 1 else ""
        own = [row for row in rows if row["partner"] == authority.code]
        parts.append(_part(declaration, f"{number}{letter}", own, authority, write))
    return PrintedTable(declaration, number, tuple(parts))


def _part(
    declaration: TableDeclaration,
    number: str,
    rows: list[Row],
    authority: Authority,
    write: Callable[[Any, str], str],
) -> Part:
    _require_columns(declaration, rows)
    # A column that is null all the way down was never delivered; a single null is a figure that cannot exist.
    absent = {
        column.name
        for column in declaration.columns
        if rows and not column.is_text and not column.own and all(row[column.name] is None for row in rows)
    }
    body = sorted((row for row in rows if not _is_total(row)), key=lambda row: _order(declaration, row))
    taken: set[str] = set()
    heading = declaration.column(declaration.label)

    def printed(row: Row, kind: str, label: str) -> PrintedRow:
        key = _unused(taken, kind if kind != BODY else row_key(declaration, row))
        cells = tuple(
            _cell(declaration, column, row, f"{number}.{key}.{column.name}", column.name in absent, write)
            for column in declaration.columns
        )
        source = row if kind != REMAINDER else None
        return PrintedRow(key, label, kind, cells, source, str(row[declaration.key[0]]) in declaration.residual)

    def label_of(row: Row) -> str:
        found = row[declaration.label]
        return written_out(heading.words.get(str(found), write(found, heading.format)))

    body_rows = [printed(row, BODY, label_of(row)) for row in body]
    totals = [printed(row, TOTAL, _total_label(row[declaration.label])) for row in rows if _is_total(row)]
    if len(totals) > 1:
        raise ReportError(
            f"Table '{declaration.name}' has {len(totals)} total rows for {authority.name}; "
            f"exactly one is expected in {declaration.model}."
        )
    if not declaration.top or len(body) <= declaration.top + 1:
        short = [*body_rows, *totals]
    else:
        first = sorted(range(len(body)), key=lambda place: (-(exact(body[place][declaration.rank]) or 0), place))
        chosen, left = first[: declaration.top], sorted(first[declaration.top :])
        hidden = [body[place] for place in left]
        rest = _remainder(declaration, hidden, next((row for row in rows if _is_total(row)), None))
        label = f"Other {declaration.row_noun} ({write(len(hidden), 'count')})"
        short = [*(body_rows[place] for place in chosen), printed(rest, REMAINDER, label), *totals]
    columns = tuple(
        column
        for column in declaration.columns
        if column.printed and (declaration.everyone or column.name not in absent)
    )
    over_time = heading.format == PERIOD and body_rows
    span = " to ".join(dict.fromkeys((body_rows[0].label, body_rows[-1].label))) if over_time else ""
    complete = (*body_rows, *totals)
    return Part(authority, number, f"table-{number}", complete, tuple(short), columns, span)


def _cell(
    declaration: TableDeclaration,
    column: Column,
    row: Row,
    identity: str,
    absent: bool,
    write: Callable[[Any, str], str],
) -> Cell:
    form = column.format
    if column.format_from:
        unit = str(row[column.format_from])
        if unit not in column.formats:
            raise ReportError(f"The column '{column.name}' has no format for the unit '{unit}' ({identity}).")
        form = column.formats[unit]
    value = row[column.name]
    if column.is_text and isinstance(value, str):
        value = written_out(value)  # what strangers wrote, in every form of the edition
    if column.is_text and row.get("is_total") and value == "total" and column.name != declaration.label:
        return Cell(identity, column, form, value, "")  # the code of a total row is for machines
    if value is None and not column.is_text and (absent or _undelivered(declaration, column, row)):
        return Cell(identity, column, form, value, NOT_AVAILABLE)
    return Cell(identity, column, form, value, column.words.get(str(value), write(value, form)))


def _undelivered(declaration: TableDeclaration, column: Column, row: Row) -> bool:
    """Whether a null means that the figure, or the figure of which it is the change, was not delivered."""
    if column.now and row[column.now] is None:
        return _undelivered(declaration, declaration.column(column.now), row)
    return column.when_null == "x"


def _remainder(declaration: TableDeclaration, hidden: Sequence[Row], total: Row | None) -> dict[str, Any]:
    """The row of the rest: sums of what adds up, shares of those sums, null for all that cannot be added."""
    rest: dict[str, Any] = {column.name: "" if column.is_text else None for column in declaration.columns}
    for column in declaration.columns:
        if column.adds_up:
            rest[column.name] = add(row[column.name] for row in hidden)
        if column.format_from:
            rest[column.format_from] = hidden[0][column.format_from]
    for column in declaration.columns:
        if column.numerator:
            above = add(rest[name] for name in column.numerator)
            if column.of_total:
                below = exact(total[column.of_total]) if total else None
            else:
                below = add(rest[name] for name in column.denominator)
            rest[column.name] = _share(above * column.per if above is not None else None, below)
        if column.now and rest[column.now] is not None and rest[column.then] is not None:
            now, then = rest[column.now], rest[column.then]
            rest[column.name] = _share(now - then, then) if column.format == "change" else now - then
    return rest


def _share(above: Decimal | None, below: Decimal | None) -> Decimal | None:
    if above is None or not below:
        return None
    return (above / below).quantize(_SHARE_DIGITS, rounding=ROUND_HALF_UP)


def row_key(declaration: TableDeclaration, row: Row) -> str:
    """What a row of a reporting table is called in the ids of its cells: its keys, or `total`."""
    return TOTAL if _is_total(row) else "-".join(_slug(row[name]) for name in declaration.key)


def add(values: Any) -> Decimal | None:
    """Exact sum of the values that are not null; None if all are."""
    numbers = [number for number in map(exact, values) if number is not None]
    return sum(numbers, Decimal(0)) if numbers else None


def _require_columns(declaration: TableDeclaration, rows: Sequence[Row]) -> None:
    for row in rows[:1]:
        lost = [column.name for column in declaration.columns if column.name not in row]
        if lost:
            raise ReportError(
                f"{declaration.model} has no column '{lost[0]}', which table '{declaration.name}' prints. "
                f"Its columns are: {', '.join(row)}. Mend report.yaml or the model."
            )


def _total_label(label: Any) -> str:
    """What the model calls its total row, if it calls it more than that."""
    return "Total" if label is None or str(label).lower() == "total" else str(label)


def _is_total(row: Row) -> bool:
    return bool(row.get("is_total"))


def _order(declaration: TableDeclaration, row: Row) -> tuple[Any, ...]:
    place = row.get("sort_order")
    return (place is None, place or 0, *(str(row[name]) for name in declaration.key))


def _slug(value: Any) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "-", str(value)).strip("-") or "unnamed"


def _unused(taken: set[str], key: str) -> str:
    """The key, or the key with a number behind it if another row of the part already has it."""
    candidate, number = key, 1
    while candidate in taken:
        number += 1
        candidate = f"{key}-{number}"
    taken.add(candidate)
    return candidate
