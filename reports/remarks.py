"""What a reader must know of the coverage of a table: breaks in a series, and records that had not come.

Belongs here: which remark stands under which table, and which figures bear its symbol. Does not belong here: who owed
what (the publisher asks the release for that), and revisions (revisions.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reports.declaration import Break
from reports.figures import BREAK, PARTIAL, PERIOD
from reports.periods import Period
from reports.tables import Part, PrintedTable

if TYPE_CHECKING:
    from reports.context import Contents

_NAMED_AT_MOST = 4


@dataclass(frozen=True)
class Gap:
    """Records of an authority that were due for the report's period: not there, or for a part of its days only."""

    authority: str
    feed: str
    period: str
    is_partial: bool = False


@dataclass(frozen=True)
class Remark:
    """A note under a table with its symbol."""

    symbol: str
    text: str


def with_remarks(contents: Contents, gaps: Iterable[Gap]) -> Contents:
    """The contents with the remarks of their coverage, and the symbol [b] at the first period after a break."""
    owed = list(gaps)
    tables = {name: _broken(contents, table) for name, table in contents.tables.items()}
    remarks = {name: (*_breaks(contents, table), *_gaps(table, owed)) for name, table in contents.tables.items()}
    return replace(contents, tables=tables, remarks={name: found for name, found in remarks.items() if found})


def marked(table: PrintedTable, marks: Mapping[str, tuple[str, ...]]) -> PrintedTable:
    """The table with symbols beside figures, by the figures' ids; a hidden figure takes none."""

    def with_marks(part: Part) -> Part:
        rows = {
            id(row): replace(
                row,
                cells=tuple(
                    replace(cell, marks=(*cell.marks, *marks.get(cell.id, ())))
                    if not cell.column.is_text and not cell.is_hidden
                    else cell
                    for cell in row.cells
                ),
            )
            for row in (*part.rows, *part.short)
        }
        return replace(
            part, rows=tuple(rows[id(row)] for row in part.rows), short=tuple(rows[id(row)] for row in part.short)
        )

    return replace(table, parts=tuple(with_marks(part) for part in table.parts)) if marks else table


def _concerns(one: Break, table: PrintedTable, part: Part) -> bool:
    return one.partner in ("", part.authority.code) and (not one.tables or table.declaration.name in one.tables)


def _broken(contents: Contents, table: PrintedTable) -> PrintedTable:
    if table.declaration.column(table.declaration.label).format != PERIOD:
        return table
    found = {
        cell.id: (BREAK,)
        for one in contents.report.breaks
        for part in table.parts
        if _concerns(one, table, part)
        for row in part.rows
        if row.source and str(row.source[table.declaration.label]) == one.period
        for cell in row.cells
    }
    return marked(table, found)


def _breaks(contents: Contents, table: PrintedTable) -> Iterator[Remark]:
    """Breaks between two periods that the table sets side by side: rows over time, or a change on an earlier period."""
    for one in contents.report.breaks:
        since = Period.parse(one.period)
        for part in table.parts:
            if not (_concerns(one, table, part) and part.available):
                continue
            first = _first_period(contents, table, part)
            if first < since <= contents.period:
                name = f"{part.authority.name}: " if one.partner else ""
                yield Remark(BREAK, f"{name}from {since.label(contents.locale)}: {one.text}")
                if not one.partner:
                    break


def _first_period(contents: Contents, table: PrintedTable, part: Part) -> Period:
    """The earliest period that a part of a table shows or compares with."""
    declaration = table.declaration
    shown = [contents.period]
    if declaration.column(declaration.label).format == PERIOD:
        shown += [Period.parse(str(row.source[declaration.label])) for row in part.body if row.source]
    if any(column.now for column in declaration.columns):
        a_year = {"Q": 4, "H": 2}.get(contents.period.kind, 1)
        shown.append(contents.period.shifted(-a_year))
    return min(shown)


def _gaps(table: PrintedTable, gaps: Iterable[Gap]) -> Iterator[Remark]:
    for part in table.parts:
        own = sorted(
            {gap for gap in gaps if gap.authority == part.authority.code}, key=lambda gap: (gap.feed, gap.period)
        )
        if not own or not part.available:
            continue
        named = [f"{gap.feed} {gap.period}{' (part of its days)' if gap.is_partial else ''}" for gap in own]
        more = len(named) - _NAMED_AT_MOST
        told = ", ".join(named[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
        yield Remark(
            PARTIAL, f"{part.authority.name} had not delivered all that was due when this edition was made: {told}."
        )
