"""Every figure against the rows behind it: no edition appears whose rows do not add up to what it prints.

Belongs here: comparing the reporting tables, before anything is hidden, with sums over evidence models, figure by
figure; and figures that are said to be another figure of the report with that figure. Does not belong here: SQL, and
what follows from a figure by arithmetic on the page (prove.py does shares and changes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from reports.declaration import ReportDeclaration, TableDeclaration
from reports.errors import ReportError
from reports.evidence import MEAN, Across, Always, Measured, Origin, SameAs, origin
from reports.figures import PERIOD, exact
from reports.periods import Period
from reports.source import EvidenceSource, Key, Row, TableSource
from reports.tables import add, row_key

# Shares and means are rounded to three places in the reporting tables.
_TOLERANCE = Decimal("0.0005000001")
_SHOWN = 8
Figures = Mapping[Key, tuple[Any, ...]]


class Source(TableSource, EvidenceSource, Protocol):
    """Reporting tables with the rows behind them."""


def prove_evidence(report: ReportDeclaration, period: Period, source: Source) -> int:
    """Compare every figure that has evidence; gives how many, ReportError lists those that differ."""
    recount = _Recount(report, source)
    faults, compared = [], 0
    for table in report.tables:
        for row in source.rows(table.model, str(period)):
            for made, said, of_period, place in recount.figures(table, row, period):
                fault = recount.fault(table, row, made, said, of_period)
                compared += 1
                if fault:
                    faults.append(f"{place} is {_plain(said)}, {fault}.")
    if faults:
        listed = " ".join(f"({number}) {fault}" for number, fault in enumerate(faults[:_SHOWN], start=1))
        more = f" And {len(faults) - _SHOWN} more." if len(faults) > _SHOWN else ""
        raise ReportError(
            f"No edition of '{report.name}' for {period} was made, because the rows behind its figures do not add up "
            f"to them: {listed}{more} Mend the reporting model, the evidence model, or what report.yaml says of it."
        )
    return compared


class _Recount:
    """The figures as evidence gives them, asked for once for each model and period."""

    def __init__(self, report: ReportDeclaration, source: Source) -> None:
        self._report = report
        self._source = source
        self._sums: dict[tuple[str, str, Period], tuple[list[Measured], Figures]] = {}
        self._rows: dict[tuple[str, Period], list[Row]] = {}

    def figures(
        self, table: TableDeclaration, row: Row, period: Period
    ) -> Iterator[tuple[Origin, Decimal | None, Period, str]]:
        """Each figure of a row of a reporting table that has evidence, with its period and where it stands."""
        for column in table.columns:
            made = None if column.is_text else origin(table, column, row_key(table, row))
            if row[column.name] is None and column.when_null == "x":
                continue  # not published, whatever rows there are
            if isinstance(made, Measured | Always | SameAs | Across):
                of_period = period_of(table, row, period).shifted(-column.periods_back)
                place = f"{table.name}, {row['partner']}, row '{row_key(table, row)}', column '{column.name}'"
                yield made, exact(row[column.name]), of_period, place

    def fault(self, table: TableDeclaration, row: Row, made: Origin, said: Decimal | None, period: Period) -> str:
        """Why a figure is not what its evidence gives; empty if it is."""
        if isinstance(made, Measured):
            truth, exactly = self._measured(table, row, made, period), not made.below and made.aggregate != MEAN
            what = f"the rows of {made.model} give {_plain(truth)} ({made.words})"
        elif isinstance(made, Always):
            truth, exactly, what = Decimal(made.number), True, f"it is always {made.number}"
        elif isinstance(made, SameAs):
            truth, exactly = self._same(row, made, period), True
            what = f"{made.table}.{made.row}.{made.column} is {_plain(truth)}"
        elif isinstance(made, Across):
            truth, exactly = self._across(row, made, period), False
            what = f"the {made.aggregate} of {made.table}.{made.column} is {_plain(truth)}"
        else:
            return ""
        if said is None or truth is None:
            return "" if not said and not truth else what  # not delivered and none are both nothing
        return what if abs(said - truth) > (0 if exactly else _TOLERANCE) else ""

    def _measured(self, table: TableDeclaration, row: Row, made: Measured, period: Period) -> Decimal | None:
        known = table.name, made.model, period
        if known not in self._sums:
            asked = sorted(set(self._asked(table, made.model)))
            self._sums[known] = asked, self._source.sums(made.model, table.key, asked, period)
        asked, sums = self._sums[known]
        keys = self._source.keys(made.model, table.key)
        own = () if row.get("is_total") else tuple(str(row[name]) for name in keys)
        found = sums.get((row["partner"], own))
        return exact(found[asked.index(made)]) if found else None

    @staticmethod
    def _asked(table: TableDeclaration, model: str) -> Iterator[Measured]:
        for column in table.columns:
            for row in ("", *column.evidence_of_row):
                made = None if column.is_text else origin(table, column, row)
                if isinstance(made, Measured) and made.model == model:
                    yield made

    def _same(self, row: Row, made: SameAs, period: Period) -> Decimal | None:
        table = self._report.table(made.table)
        found = [other for other in self._of(table, row, period) if row_key(table, other) == made.row]
        return exact(found[0][made.column]) if found else None

    def _across(self, row: Row, made: Across, period: Period) -> Decimal | None:
        table = self._report.table(made.table)
        values = [other[made.column] for other in self._of(table, row, period) if not other.get("is_total")]
        known = [value for value in map(exact, values) if value is not None]
        whole = add(known)
        return whole / len(known) if whole is not None and made.aggregate == MEAN else whole

    def _of(self, table: TableDeclaration, row: Row, period: Period) -> Sequence[Row]:
        if (table.model, period) not in self._rows:
            self._rows[table.model, period] = list(self._source.rows(table.model, str(period)))
        return [other for other in self._rows[table.model, period] if other["partner"] == row["partner"]]


def period_of(table: TableDeclaration, row: Row, period: Period) -> Period:
    """The period of a row's figures: in a table over time that of the row, else that of the report."""
    if table.column(table.label).format == PERIOD:
        return Period.parse(str(row[table.label]))
    return period


def _plain(number: Decimal | None) -> str:
    return "nothing" if number is None else format(number, "f")
