"""The contents of one report for one period, before any words or markup: authorities, printed tables, charts
to draw.

Belongs here: putting declaration and rows together, and what templates may ask of them. Does not belong here:
HTML, files, or the edition (its id and status are put on afterwards, so that the same contents stay the same
edition).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from reports.companions import table_csv
from reports.declaration import ReportDeclaration
from reports.disclosure.printed import disclose
from reports.errors import NoRowsError, ReportError, UnknownError
from reports.figures import MARKS, NOT_AVAILABLE, SYMBOLS, exact, shown, writer
from reports.periods import CADENCES, Period
from reports.remarks import Remark
from reports.revisions import Revisions
from reports.source import Authority, Row, TableSource
from reports.tables import Cell, Part, PrintedRow, PrintedTable, print_table


class FigureNotKnownError(Exception):
    """A sentence asked for a figure that the table does not have; the sentence is left out."""


@dataclass(frozen=True)
class Contents:
    """All that a report says for a period."""

    report: ReportDeclaration
    period: Period
    authorities: tuple[Authority, ...]
    tables: Mapping[str, PrintedTable]
    # What was hidden and why, by quantity: for the restricted side alone.
    decisions: Mapping[str, Any] = field(default_factory=dict)
    # What a reader must know of the coverage of a table, by its name: breaks, and records that had not come.
    remarks: Mapping[str, tuple[Remark, ...]] = field(default_factory=dict)
    # What differs from the edition before, if this is a later one.
    revisions: Revisions | None = None

    @property
    def locale(self) -> str:
        """The report's language as babel writes it."""
        return self.report.language.replace("-", "_")

    @property
    def period_label(self) -> str:
        """The period written out."""
        return self.period.label(self.locale)

    @property
    def release_date(self) -> date:
        """The day that the release calendar gives for this period."""
        return self.period.ends_on + timedelta(days=self.report.released_after_days)

    @property
    def next_release_date(self) -> date:
        """The day that the release calendar gives for the period after this one."""
        return self.period.shifted(1).ends_on + timedelta(days=self.report.released_after_days)

    @property
    def cut_off_date(self) -> date:
        """The day up to which records of this period are in time, by the calendar."""
        return self.period.ends_on + timedelta(days=self.report.cut_off_after_days)

    @property
    def final_date(self) -> date:
        """The day after which an edition of this period is final, by the calendar."""
        return self.period.ends_on + timedelta(days=self.report.final_after_days)

    @property
    def fingerprint(self) -> str:
        """Digest of every figure and of the form's version: two editions with the same one are the same
        edition.
        """
        digest = hashlib.sha256(f"{self.report.name}\n{self.report.version}\n{self.period}\n".encode())
        for table in self.tables.values():
            digest.update(table_csv(table, str(self.period)))
        for name, remarks in self.remarks.items():
            digest.update("\n".join([name, *(f"{remark.symbol} {remark.text}" for remark in remarks)]).encode())
        return digest.hexdigest()

    def cell(self, table: str, authority: Authority, row: str, column: str) -> Cell:
        """A figure for a sentence; FigureNotKnownError if there is no number in that place."""
        found = self._find(table, authority, row, column)
        if found is None or not is_known(found):
            raise FigureNotKnownError(f"{table}, {authority.code}, {row}, {column}")
        return found

    def maybe(self, table: str, authority: Authority, row: str, column: str) -> Cell | None:
        """The same cell, or None where there is no number."""
        found = self._find(table, authority, row, column)
        return found if found is not None and is_known(found) else None

    def part(self, table: str, authority: Authority) -> Part:
        """An authority's part of a table; FigureNotKnownError if it has none."""
        part = self.maybe_part(table, authority)
        if part is None:
            raise FigureNotKnownError(f"{table}, {authority.code}")
        return part

    def maybe_part(self, table: str, authority: Authority) -> Part | None:
        """An authority's part of a table, or None if it has none."""
        if table not in self.tables:
            raise ReportError(f"'{self.report.name}' speaks of the table '{table}', which it does not have.")
        part = self.tables[table].part(authority.code)
        return part if part is not None and part.available else None

    def _find(self, table: str, authority: Authority, row: str, column: str) -> Cell | None:
        part = self.maybe_part(table, authority)
        found = part.row(row) if part else None
        return found.cell(column) if found else None


def prepare(
    report: ReportDeclaration,
    period: Period,
    source: TableSource,
    earlier: Mapping[str, Mapping[str, Any]] | None = None,
    key: bytes = b"",
) -> Contents:
    """Read the reporting tables, number and print them, and hide or round what is confidential.

    ``earlier`` holds the decisions of the report's editions so far, by edition: together with them nothing may come
    back. ``key`` is the secret by which counts are rounded at random, if a table asks for it. Raises ReportError if
    there is nothing to report, or if the audit of the disclosure control fails.
    """
    whole = undisclosed(report, period, source)
    tables, decisions = disclose(report, period, dict(whole.tables), source, earlier or {}, key)
    return replace(whole, tables=tables, decisions=decisions)


def undisclosed(report: ReportDeclaration, period: Period, source: TableSource) -> Contents:
    """The same with nothing hidden: for those alone who may see every row. ReportError if there is nothing."""
    if period.kind != CADENCES[report.cadence]:
        raise UnknownError(
            f"The report '{report.name}' appears for each {report.cadence}, and '{period}' is none. "
            f"Give a period such as {Period(period.year, CADENCES[report.cadence], 1)}."
        )
    rows = {table.name: list(source.rows(table.model, str(period))) for table in report.ordered_tables}
    current = {row["partner"] for table in rows.values() for row in table}
    if not current:
        raise NoRowsError(
            f"There is nothing to report: no reporting table of '{report.name}' has a row for {period}. "
            "Run the pipeline with submissions for that period, or choose another period."
        )
    names = source.authorities()
    authorities = tuple(
        Authority(code, *names.get(code, (code.replace("_", " "), code.replace("_", " "))))
        for code in sorted(current, key=lambda code: (-_size(report, rows, code), code))
    )
    write = writer(report.language.replace("-", "_"))
    tables = {
        table.name: print_table(table, str(number), rows[table.name], authorities, write)
        for number, table in enumerate(report.ordered_tables, start=1)
    }
    return Contents(report, period, authorities, tables)


def _size(report: ReportDeclaration, rows: Mapping[str, Sequence[Row]], code: str) -> Decimal:
    """The first figure of an authority in the first table: authorities are printed in the order of it, unless it is
    one that disclosure control may hide.
    """
    table = report.ordered_tables[0]
    figure = next(column for column in table.columns if not column.is_text)
    own = [row for row in rows[table.name] if row["partner"] == code]
    first = min(own, key=lambda row: row.get("sort_order") or 0, default={figure.name: 0})
    if figure.quantity or str(first.get(table.key[0])) in figure.quantity_of_row:
        return Decimal(0)
    return exact(first.get(figure.name)) or Decimal(0)


def is_known(cell: Cell | None) -> bool:
    """Whether there is a number in the cell (and not a symbol)."""
    return cell is not None and cell.text != NOT_AVAILABLE and exact(cell.value) is not None


def rounds_to_zero(cell: Cell) -> bool:
    """Whether a change is none as printed."""
    return shown(cell.value, cell.format) == 0


def symbols_used(table: PrintedTable) -> list[tuple[str, str]]:
    """The symbols that stand in the table, with their meanings, for the key under it."""
    printed = {part.id: {column.name for column in part.columns} for part in table.parts}
    texts = {
        cell.text
        for part in table.parts
        for row in (*part.rows, *part.short)
        for cell in row.cells
        if cell.column.name in printed[part.id]
    }
    if any(not part.available for part in table.parts):
        texts.add(NOT_AVAILABLE)
    if table.declaration.layout == "side_by_side":
        keys = {key for key, _ in table.row_keys}
        if any(part.available and part.row(key) is None for part in table.parts for key in keys):
            texts.add(NOT_AVAILABLE)
    texts |= {
        mark for part in table.parts for row in (*part.rows, *part.short) for cell in row.cells for mark in cell.marks
    }
    return [(symbol, meaning) for symbol, meaning in {**SYMBOLS, **MARKS}.items() if symbol in texts]


def row_cell(part: Part, key: str, column: str) -> Cell | None:
    """The cell of a part under a row key and column, or None if the part lacks the row."""
    row = part.row(key)
    return row.cell(column) if row else None


def known_pairs(pairs: list[tuple[Cell | None, Any]]) -> list[tuple[Cell, Any]]:
    """Those pairs of (cell, words) whose cell has a number."""
    return [(cell, words) for cell, words in pairs if cell is not None and is_known(cell)]


def leaders(rows: Sequence[PrintedRow], column: str) -> list[PrintedRow]:
    """The rows with the greatest figure in a column, all of them if several share it, residual classes aside.

    FigureNotKnownError if a figure is confidential, or if no row has a figure above zero: then nothing leads.
    """
    if any(row.cell(column).is_hidden for row in rows):
        raise FigureNotKnownError(column)  # one that is hidden may be greater, and who leads must not tell
    known = [(exact(row.cell(column).value) or Decimal(0), row) for row in rows if is_known(row.cell(column))]
    greatest = max((value for value, row in known if not row.is_residual), default=Decimal(0))
    if greatest <= 0:
        raise FigureNotKnownError(column)
    return [row for value, row in known if value == greatest and not row.is_residual]
