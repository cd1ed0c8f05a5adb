"""The account of one printed figure: what it is made of, down to the rows of the facts.

Here: following a figure through the tables of its report to rows, at the vintage of its edition. Not here: what these
rows come from (provenance.py), and who may be told (clearance.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orchestration.errors import EntrepotError
from orchestration.tracing.printed import Printed
from orchestration.tracing.vintage import Vintage
from reports.context import Contents
from reports.declaration import Column, TableDeclaration
from reports.evidence import Across, Always, Change, MadeFrom, Measured, Quotient, SameAs, origin
from reports.figures import exact
from reports.metrics.catalogue import metrics
from reports.periods import Period
from reports.prove_evidence import period_of
from reports.source import Row
from reports.tables import REMAINDER, PrintedRow, row_key

_DEEPEST = 8


@dataclass(frozen=True)
class FactRows:
    """The rows behind a figure, and what they add up to by the words of its evidence."""

    model: str
    words: str
    measures: tuple[str, ...]
    figure: Decimal | None
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Figure:
    """A figure with what stands behind it: rows, or other figures, each with the word for what it is to this one.

    ``period`` is the one whose figure it is, ``row_period`` that of the row of the reporting table in which it stands:
    a row holds the figures that it is compared with, too.
    """

    table: str
    model: str
    partner: str
    row_period: str
    period: str
    key: str
    column: str
    header: str
    value: Decimal | None
    metric: str = ""
    words: str = ""
    rows: FactRows | None = None
    parts: tuple[tuple[str, "Figure"], ...] = field(default=())

    @property
    def fact_rows(self) -> list[FactRows]:
        """All rows behind it, its parts' included."""
        own = [self.rows] if self.rows else []
        return own + [rows for _, part in self.parts for rows in part.fact_rows]


@dataclass(frozen=True)
class _Place:
    """A row of a reporting table, or the row of the rest; ``among`` are the keys of the rows that it stands for."""

    table: TableDeclaration
    key: str
    values: Row
    partner: str
    period: Period
    among: tuple[Mapping[str, str], ...]


def account_of(printed: Printed, contents: Contents, follower: "Follower") -> Figure:
    """Follow a printed figure to its rows. ``contents`` are those of the edition, nothing hidden, at its vintage.

    EntrepotError where the reporting tables of that vintage have no such figure.
    """
    table = contents.report.table(printed.table)
    part = contents.tables[printed.table].part(printed.partner)
    row = next((row for row in (*part.rows, *part.short) if row.key == printed.key), None) if part else None
    if part is None or row is None:
        raise EntrepotError(
            f"The reporting table {table.model} has no row for {printed.id} at the vintage of the edition: the code of "
            "the report has changed since. Trace it with the code of that edition (`code_version` in its manifest)."
        )
    left = [other for other in part.body if other.key not in {shown.key for shown in part.short}]
    place = _place(table, row, left, printed.partner, contents.period)
    return follower.figure(place, table.column(printed.column))


def _place(
    table: TableDeclaration, row: PrintedRow, left: Sequence[PrintedRow], partner: str, period: Period
) -> _Place:
    if row.kind == REMAINDER:
        values = {cell.column.name: cell.value for cell in row.cells}
        among = tuple(_keys(table, other.source) for other in left if other.source)
        return _Place(table, row.key, values, partner, period, among)
    return _of_row(table, row.source or {}, period)


def _of_row(table: TableDeclaration, row: Row, period: Period) -> _Place:
    among = () if row.get("is_total") else (_keys(table, row),)
    return _Place(table, row_key(table, row), row, row["partner"], period, among)


def _keys(table: TableDeclaration, row: Row) -> Mapping[str, str]:
    return {name: str(row[name]) for name in table.key}


class Follower:
    """Follows figures of one edition; what several of them are made of is asked for once."""

    def __init__(self, contents: Contents, vintage: Vintage) -> None:
        self._report = contents.report
        self._vintage = vintage
        self._known: dict[tuple[str, ...], Figure] = {}

    def figure(self, place: _Place, column: Column, depth: int = 0) -> Figure:
        """The account of one column of a row."""
        name = place.table.name, place.partner, str(place.period), place.key, column.name
        if name not in self._known:
            self._known[name] = self._figure(place, column, depth)
        return self._known[name]

    def _figure(self, place: _Place, column: Column, depth: int) -> Figure:
        made = origin(place.table, column, place.key)
        period = period_of(place.table, place.values, place.period).shifted(-column.periods_back)
        metric = column.metric_of_row.get(place.key, column.metric)
        rows, parts, words = None, [], ""
        if isinstance(made, Measured):
            rows = self._rows(made, place, period)
        elif made is not None and depth < _DEEPEST:
            words = _words(made)
            parts = [(word, part) for word, part in self._parts(made, place, period, depth + 1)]
        return Figure(
            place.table.name, place.table.model, place.partner, str(place.period), str(period), place.key,
            column.name, column.header, exact(place.values[column.name]), metric, words, rows, tuple(parts),
        )  # fmt: skip

    def _rows(self, made: Measured, place: _Place, period: Period) -> FactRows:
        found, figure = self._vintage.evidence.behind(made, place.partner, period, place.among)
        measures = tuple(name for name in (made.measure, made.below) if name)
        return FactRows(made.model, made.words, measures, exact(figure), tuple(found))

    def _parts(self, made: Any, place: _Place, period: Period, depth: int) -> Iterator[tuple[str, Figure]]:
        if isinstance(made, SameAs):
            yield from self._others("the same as", made, made.row, place, period, depth)
        elif isinstance(made, Across):
            yield from self._others("from", made, None, place, period, depth)
        elif isinstance(made, Quotient):
            for name in made.above:
                yield "above the line", self.figure(place, place.table.column(name), depth)
            below = self._total(place) if made.of_total else place
            for name in made.below:
                yield "below the line", self.figure(below, place.table.column(name), depth)
        elif isinstance(made, Change):
            yield "now", self.figure(place, place.table.column(made.now), depth)
            yield "then", self.figure(place, place.table.column(made.then), depth)
        elif isinstance(made, MadeFrom):
            for name in made.names:
                yield "from", self._named(name, place, period, depth)

    def _others(
        self, word: str, made: SameAs | Across, key: str | None, place: _Place, period: Period, depth: int
    ) -> Iterator[tuple[str, Figure]]:
        table = self._report.table(made.table)
        for row in self._vintage.tables.rows(table.model, str(period)):
            is_meant = row_key(table, row) == key if key else not row.get("is_total")
            if row["partner"] == place.partner and is_meant:
                yield word, self.figure(_of_row(table, row, period), table.column(made.column), depth)

    def _total(self, place: _Place) -> _Place:
        rows = self._vintage.tables.rows(place.table.model, str(place.period))
        found = next(row for row in rows if row["partner"] == place.partner and row.get("is_total"))
        return _of_row(place.table, found, place.period)

    def _named(self, name: str, place: _Place, period: Period, depth: int) -> Figure:
        if any(column.name == name for column in place.table.columns):
            return self.figure(place, place.table.column(name), depth)
        rows = self._rows(Measured(place.table.evidence, name), place, period)
        return Figure(
            place.table.name, place.table.evidence, place.partner, str(place.period), str(period), place.key,
            name, name, rows.figure, rows=rows,
        )  # fmt: skip


def _words(made: Any) -> str:
    if isinstance(made, Always):
        return f"always {made.number}, by definition"
    if isinstance(made, SameAs):
        return f"the figure {made.table}.{made.row}.{made.column}"
    if isinstance(made, Across):
        return f"{made.aggregate} of {made.table}.{made.column}"
    if isinstance(made, Quotient):
        times = f"{made.per} * " if made.per != 1 else ""
        return f"{times}{' + '.join(made.above)} / {' + '.join(made.below)}{' of the total' if made.of_total else ''}"
    if isinstance(made, Change):
        return f"{made.now} against {made.then}"
    return f"by its definition, from {', '.join(made.names)}"


def formula(metric: str) -> dict[str, str] | None:
    """What the definition of a metric says of it; None where a column names none."""
    found = metrics().get(metric)
    if found is None:
        return None
    return {
        "id": found.id, "name": found.name, "numerator": found.numerator, "denominator": found.denominator,
        "clock": found.clock, "attribution": found.attribution, "source": found.source,
    }  # fmt: skip
