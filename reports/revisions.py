"""What an edition says otherwise than the one before it, cell by cell, and by how much.

Belongs here: the comparison of figures as they were published with those that will be, the marks [r], and the companion
file. Does not belong here: why a figure changed (the publisher knows the submissions; it hands the causes in).

Only published figures are compared. A cell that either edition hides is passed over: neither a mark nor a pair of
figures may tell whether what it hides has changed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from statistics import median
from typing import TYPE_CHECKING, Any

from lxml import html

from reports.companions import harmless, table_csv
from reports.figures import CONFIDENTIAL, REVISED, writer
from reports.prove_rounding import rounds
from reports.remarks import marked
from reports.tables import REMAINDER, Cell, Part, PrintedRow, PrintedTable

if TYPE_CHECKING:
    from reports.context import Contents

FILE = "revisions.csv"
# name, title
COLUMNS = (
    ("since", "Edition compared with"),
    ("table", "Table"),
    ("authority", "Authority"),
    ("row", "Row"),
    ("column", "Column"),
    ("cell", "Id of the figure"),
    ("before", "Figure before"),
    ("after", "Figure now"),
    ("causes", "Causes"),
)
CORRECTION, WITHDRAWAL, LATE, METHOD, REVIEW = "correction", "withdrawal", "late data", "method", "review"
# What the public reads of a cause. Which submissions they were is said on the restricted side.
WORDS = {
    CORRECTION: "Records that had been delivered were corrected.",
    WITHDRAWAL: "Records that had been delivered were withdrawn.",
    LATE: "Records came after the edition before this one was made.",
    METHOD: "The method or the form of the report has changed.",
    REVIEW: "Records were reviewed, and decided upon or put together otherwise.",
}
_FOUR = Decimal("0.0001")
_ABSENT = "none"
Identity = tuple[str, bool, tuple[str, ...], int]


@dataclass(frozen=True)
class Cause:
    """Why figures of an authority changed: kinds of cause, and for restricted reports the submissions behind them."""

    kinds: tuple[str, ...]
    detail: str = ""

    @property
    def words(self) -> str:
        """The kinds in the words that everybody may read."""
        return " ".join(WORDS[kind] for kind in self.kinds)


@dataclass(frozen=True)
class Revision:
    """A figure that differs. ``cell`` is its id, empty where the row is gone; the texts are as printed."""

    table: str
    number: str
    authority: str
    row: str
    column: str
    cell: str
    before: str
    after: str
    before_text: str
    after_text: str
    is_printed: bool
    cause: Cause

    @property
    def magnitude(self) -> Decimal | None:
        """By which part of itself the figure changed; None where either is no number, or the former is zero."""
        old, new = _number(self.before), _number(self.after)
        return abs(new - old) / abs(old) if old and new is not None else None


@dataclass(frozen=True)
class Revisions:
    """All that an edition says otherwise than the edition ``since``; ``compared`` counts cells by table and part."""

    since: str
    found: tuple[Revision, ...]
    compared: Mapping[tuple[str, str], int]
    causes: Mapping[str, Cause]

    @property
    def printed(self) -> list[Revision]:
        """Those of figures that stand on the page."""
        return [one for one in self.found if one.is_printed]

    @property
    def revised_authorities(self) -> set[str]:
        """Codes of the authorities of whom a figure differs."""
        return {one.authority for one in self.found}

    def cause_of(self, authority: str) -> Cause:
        """Why the figures of an authority differ."""
        return self.causes.get(authority, Cause((REVIEW,)))

    def summary(self) -> list[dict[str, object]]:
        """Each table and authority with revised figures: how many of how many, and by how much (metric M19)."""
        lines = []
        for (table, authority), cells in self.compared.items():
            own = [one for one in self.found if (one.table, one.authority) == (table, authority)]
            sizes = [one.magnitude for one in own if one.magnitude is not None]
            if own:
                lines.append(
                    {
                        "table": table,
                        "authority": authority,
                        "cells_revised": len(own),
                        "cells_compared": cells,
                        "median_magnitude": _rounded(median(sizes)) if sizes else None,
                        "largest_magnitude": _rounded(max(sizes)) if sizes else None,
                        "causes": list(own[0].cause.kinds),
                    }
                )
        return lines


def compare(
    contents: Contents, since: str, files: Mapping[str, bytes], causes: Mapping[str, Cause]
) -> tuple[Contents, Revisions]:
    """The contents with a mark at every figure that differs from the edition ``since``, whose files are given, and
    what differs; ``causes`` by the code of the authority.
    """
    found: list[Revision] = []
    compared: dict[tuple[str, str], int] = {}
    tables = {}
    texts = _printed_texts(files.get("index.html", b""))
    for name, table in contents.tables.items():
        before = files.get(table.csv_name)
        changed = list(_differences(contents, table, before, causes, compared)) if before is not None else []
        marks = {one.cell for one in changed} | _rests(table, texts)
        found += changed
        tables[name] = marked(table, dict.fromkeys(marks, (REVISED,)))
    revisions = Revisions(since, tuple(found), compared, causes)
    return replace(contents, tables=tables, revisions=revisions), revisions


def revisions_csv(revisions: Revisions) -> bytes:
    """The companion file: every figure that differs, exactly, before and after."""
    buffer = io.StringIO()
    out = csv.writer(buffer, lineterminator="\n")
    out.writerow([name for name, _ in COLUMNS])
    for one in revisions.found:
        kinds = ", ".join(one.cause.kinds)
        place = (one.table, one.authority, one.row, one.column, one.cell)
        out.writerow([revisions.since, *map(harmless, place), one.before, one.after, kinds])
    return buffer.getvalue().encode()


def _differences(
    contents: Contents,
    table: PrintedTable,
    before: bytes,
    causes: Mapping[str, Cause],
    compared: dict[tuple[str, str], int],
) -> Iterator[Revision]:
    declaration, name = table.declaration, table.declaration.name
    write = writer(contents.locale)
    old = _rows(declaration.key, before)
    new = _rows(declaration.key, table_csv(table, str(contents.period)))
    rows = {identity: place for identity, place in zip(new, _places(table), strict=True) if place is not None}
    parts = {part.authority.code: part for part in table.parts}
    had_a_part = {authority for authority, is_total, key, _ in old if is_total or any(key)}
    for identity in [*rows, *(one for one in old if one not in rows)]:
        authority = identity[0]
        part, row = rows.get(identity, (parts.get(authority), None))
        if part is None or not part.available:
            continue  # the authority is no longer in the report; there is nowhere to say it
        was, now = old.get(identity, {}), new.get(identity, {}) if row is not None else {}
        if row is None and set(was.values()) <= {"", "[x]"}:
            continue
        for column in declaration.columns:
            if column.is_text or (was and column.name not in was):
                continue
            # A row that is not in a rounded table is one of noughts; an authority that is not may have been left out.
            is_nought = rounds(table) and authority in had_a_part and (column.quantity or column.quantity_of_row)
            none = "0" if is_nought else ""
            one, other = was.get(column.name, none), now.get(column.name, none)
            if CONFIDENTIAL in (one, other):
                continue
            compared[name, authority] = compared.get((name, authority), 0) + 1
            if one == other or (_number(one) is not None and _number(one) == _number(other)):
                continue
            cell = row.cell(column.name) if row is not None else None
            form = cell.format if cell else column.format
            yield Revision(
                table=name,
                number=part.number,
                authority=authority,
                row=row.label if row is not None else was[declaration.label],
                column=column.header,
                cell=cell.id if cell else "",
                before=one,
                after=other,
                before_text=_text(one, form, write),
                after_text=cell.text if cell else _text(other, form, write),
                is_printed=column in part.columns,
                cause=causes.get(authority, Cause((REVIEW,))),
            )


def _rows(keys: Sequence[str], content: bytes) -> dict[Identity, dict[str, str]]:
    """The rows of a companion file by authority, total or not, and keys; the same keys again are counted."""
    found: dict[Identity, dict[str, str]] = {}
    for row in csv.DictReader(io.StringIO(content.decode())):
        is_total = row["is_total"] == "true"
        key = () if is_total else tuple(row.get(name, "") for name in keys)
        number = 0
        while (row["partner"], is_total, key, number) in found:
            number += 1
        found[row["partner"], is_total, key, number] = row
    return found


def _places(table: PrintedTable) -> Iterator[tuple[Part, PrintedRow] | None]:
    """The rows in the order of the companion file; nothing for the line of a part that has none."""
    for part in table.parts:
        if not part.available:
            yield None
        for row in part.rows:
            yield part, row


def _rests(table: PrintedTable, texts: Mapping[str, str]) -> set[str]:
    """The figures of rows of the rest that were printed otherwise; they stand on the page alone."""
    cells: list[Cell] = [
        cell for part in table.parts for row in part.short if row.kind == REMAINDER for cell in row.cells
    ]
    return {
        cell.id
        for cell in cells
        if not cell.column.is_text
        and cell.id in texts
        and CONFIDENTIAL not in (cell.text, texts[cell.id])
        and cell.text != texts[cell.id]
    }


def _printed_texts(page: bytes) -> dict[str, str]:
    """The figures of a page by their ids, without the symbols beside them."""
    if not page:
        return {}
    cells = html.document_fromstring(page.decode()).xpath("//td[@id]")
    inner = ".//text()[not(ancestor::span[@class='mark'])]"
    return {cell.get("id"): re.sub(r"[ \t\r\n]+", " ", "".join(cell.xpath(inner))).strip() for cell in cells}


def _text(value: str, form: str, write: Callable[[Any, str], str]) -> str:
    number = _number(value)
    return (value or _ABSENT) if number is None else write(number, form)


def _number(value: str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def _rounded(value: Decimal) -> str:
    return format(value.quantize(_FOUR, rounding=ROUND_HALF_UP), "f")
