"""Printed tables under disclosure control: which of their cells are one figure, and taking hidden ones out.

Belongs here: the way from a report's tables to a plain description and back. Cells that show the same quantity of the
same authority, period and class are one figure wherever they stand; classes that refine others add up to them.
Does not belong here: what may be shown (protect), or the words of a table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

from reports.declaration import Column, Quantity, ReportDeclaration, TableDeclaration
from reports.disclosure.cells import Cell as WorldCell
from reports.disclosure.cells import Codes, Within
from reports.disclosure.description import Description, Figure, Relation, adds_to
from reports.disclosure.measures import measures
from reports.disclosure.policy import EXACT, profiles
from reports.disclosure.protect import DisclosureError, Protected, protect
from reports.disclosure.record import decision_record, remembered
from reports.disclosure.rounded_tables import Place as Spot
from reports.disclosure.rounded_tables import reprinted
from reports.disclosure.rounding import key_mark
from reports.errors import ReportError
from reports.figures import CONFIDENTIAL, PERIOD, exact, writer
from reports.periods import Period
from reports.source import TableSource
from reports.tables import REMAINDER, TOTAL, Cell, Part, PrintedRow, PrintedTable

ALL = "all"
# Whose contribution it is, where the partner does not say: taken as one contributor, the worst case.
_NOBODY = "not stated"
Tables = dict[str, PrintedTable]
Classes = tuple[tuple[str, str], ...]
# Rows of contributions by quantity, partner and period.
Known = dict[tuple[str, str, str], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class _Place:
    """A cell that shows a figure: of which period and class, and where it stands."""

    quantity: Quantity
    partner: str
    period: str
    classes: Classes
    rest_of: tuple[Classes, ...]
    cell: Cell
    where: str
    # The table, and the key of the row in it.
    table: str
    row: str

    @property
    def at(self) -> WorldCell:
        """Where the figure stands for all reports that print its measure."""
        return self._at(self.classes)

    def _at(self, classes: Classes) -> WorldCell:
        measure = measures().get(self.quantity.measure)
        keys = [(measure.dimension(name) if measure else name, code) for name, code in classes]
        return WorldCell(self.partner, self.period, tuple(sorted(keys)), _population(self.quantity))

    @property
    def id(self) -> str:
        """The figure's name, the same from table to table, from report to report and from edition to edition."""
        rest = sorted(_named(self._at(one)) for one in self.rest_of)
        names = ["rest", *rest] if rest else [_named(self.at)]
        return "/".join([self.quantity.system, self.partner, self.period, *names])


def _named(cell: WorldCell) -> str:
    return ",".join(f"{name}={codes}" for name, codes in cell.classes) or ALL


def _population(quantity: Quantity) -> Within:
    """What the quantity is restricted to, by dimension."""
    some = {name: Codes(frozenset(codes)) for name, codes in quantity.within.items()}
    some |= {name: Codes(frozenset(codes), but=True) for name, codes in quantity.without.items()}
    return tuple(sorted(some.items(), key=lambda item: item[0]))


def disclose(
    report: ReportDeclaration,
    period: Period,
    tables: Tables,
    source: TableSource,
    earlier: Mapping[str, Mapping[str, Any]],
    key: bytes = b"",
) -> tuple[Tables, dict[str, Any]]:
    """The tables with confidential cells taken out or rounded, and the decision record of each measure.

    ``earlier`` are the records of all editions whose figures are linked with these, of whatever report; ``key`` is the
    secret by which counts are rounded at random. Raises ReportError as ``protect`` does, but that an authority whose
    rounded counts could be worked out has no part in the table: it looks as one of whom there is nothing.
    """
    decisions: dict[str, Any] = {}
    hidden: set[str] = set()
    withheld: set[tuple[str, str]] = set()
    numbers: dict[str, dict[Spot, Decimal]] = defaultdict(dict)
    for system, quantities in report.systems.items():
        profile = next(
            (profiles()[table.disclosure] for one in quantities for table in report.tables if _shows(table, one.name)),
            profiles()[EXACT],
        )
        if profile.method == EXACT:
            continue
        places, known, unknown = _known_places(report, period, tables, source, quantities)
        before = {edition: record[system] for edition, record in earlier.items() if system in record}
        memory = [remembered(edition, record) for edition, record in before.items()]
        if profile.random:
            _require_same_key(before, key)
        known_totals = {place.id for place in places if place.quantity.total_is_known and not place.classes}
        run = partial(
            protect, profile=profile, earlier=memory, key=key, measure=measures().get(system), known=known_totals
        )
        description = _description(places, known)
        done = _by_authority(places, known, run) if profile.rounds else run(description)
        decisions[system] = decision_record(
            description, profile, done.sensitive, done.hidden, sorted(unknown), done.already_told, done.rounded
        )
        hidden |= {place.cell.id for place in places if place.id in done.hidden}
        if profile.rounds:
            printed = [place for place in places if place.id in done.rounded]
            for place in printed:
                numbers[place.table][place.partner, place.row, place.cell.column.name] = done.rounded[place.id]
            withheld |= {(place.table, place.partner) for place in places if place.id in done.hidden}
            decisions[system]["key"] = key_mark(key) if profile.random else None
            decisions[system]["cells"] = [
                [place.table, place.partner, place.row, place.cell.column.name, place.id] for place in printed
            ]
    write = writer(report.language.replace("-", "_"))
    shown: Tables = {}
    for name, table in tables.items():
        profile = profiles()[table.declaration.disclosure]
        if profile.rounds:
            left_out = {partner for where, partner in withheld if where == name}
            shown[name] = reprinted(table, numbers[name], profile, write, left_out)
        else:
            shown[name] = _without(table, hidden)
    return shown, decisions


def _by_authority(places: Sequence[_Place], known: Known, protected: Callable[[Description], Protected]) -> Protected:
    """What may be shown of rounded counts; where some could be worked out, authority by authority, and nothing of those
    of whom they could. No sum holds between figures of two authorities.
    """
    try:
        return protected(_description(places, known))
    except DisclosureError:
        parts: list[Protected] = []
        hidden: set[str] = set()
        for partner in sorted({place.partner for place in places}):
            own = [place for place in places if place.partner == partner]
            try:
                parts.append(protected(_description(own, known)))
            except DisclosureError:
                hidden |= {place.id for place in own}
        return Protected(
            Description({name: one for part in parts for name, one in part.description.figures.items()}),
            frozenset(hidden),
            {name: number for part in parts for name, number in part.rounded.items()},
            {name: one for part in parts for name, one in part.sensitive.items()},
            tuple(dict.fromkeys(name for part in parts for name in part.already_told)),
        )


def _require_same_key(before: Mapping[str, Mapping[str, Any]], key: bytes) -> None:
    """The same count drawn anew would be another number, and the two would tell more of it than one."""
    for edition, record in before.items():
        if record.get("key") not in (None, key_mark(key)):
            raise ReportError(
                f"The edition {edition} was rounded at random by another secret than the one in this home. Drawn anew, "
                "the same counts would get other numbers, and both together would tell the true ones. Put "
                "keys/rounding.key back from a backup, then publish again."
            )


def _known_places(
    report: ReportDeclaration,
    period: Period,
    tables: Tables,
    source: TableSource,
    quantities: Sequence[Quantity],
) -> tuple[list[_Place], Known, set[str]]:
    """The places of all quantities whose contributors are known, with these; and the partners of whom none is."""
    places: list[_Place] = []
    known: Known = {}
    unknown: set[str] = set()
    for quantity in quantities:
        own = list(_places(report, period, tables, quantity))
        found, nobody = _contributions(quantity, own, source)
        known |= {(quantity.name, *key): rows for key, rows in found.items()}
        places += [place for place in own if place.partner not in nobody]
        unknown |= nobody
    return places, known, unknown


def _shows(table: TableDeclaration, quantity: str) -> bool:
    return any(quantity in (column.quantity, *column.quantity_of_row.values()) for column in table.columns)


def _places(report: ReportDeclaration, period: Period, tables: Tables, quantity: Quantity) -> Iterator[_Place]:
    for table in report.tables:
        if not _shows(table, quantity.name):
            continue
        for part in tables[table.name].parts:
            printed = {row.key for row in part.short}
            left = tuple(_classes(table, row) for row in part.body if row.key not in printed)
            for row in {row.key: row for row in (*part.rows, *part.short)}.values():
                if row.kind == REMAINDER and profiles()[table.disclosure].rounds:
                    continue  # printed anew, from rounded rows
                for column in table.columns:
                    if quantity.name not in (column.quantity, column.quantity_of_row.get(row.key)):
                        continue
                    cell = row.cell(column.name)
                    if exact(cell.value) is None:
                        continue
                    of_period, classes = _which(table, column, row, period)
                    where = f"Table {part.number}, row '{row.label}', column '{column.header}'"
                    rest = left if row.kind == REMAINDER else ()
                    code = part.authority.code
                    yield _Place(quantity, code, of_period, classes, rest, cell, where, table.name, row.key)


def _which(table: TableDeclaration, column: Column, row: PrintedRow, period: Period) -> tuple[str, Classes]:
    """The period and class of a figure: a row over time is a total of its own period."""
    if table.column(table.label).format == PERIOD and row.source:
        return str(Period.parse(str(row.source[table.label])).shifted(-column.periods_back)), ()
    shifted = str(period.shifted(-column.periods_back))
    return shifted, () if column.quantity_of_row or row.kind in (TOTAL, REMAINDER) else _classes(table, row)


def _classes(table: TableDeclaration, row: PrintedRow) -> Classes:
    return tuple((name, str((row.source or {})[name])) for name in sorted(table.key))


def _contributions(
    quantity: Quantity, places: Sequence[_Place], source: TableSource
) -> tuple[dict[tuple[str, str], list[Mapping[str, Any]]], set[str]]:
    """The contributions by partner and period, and the partners of whom no contributor is known at all."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    if not quantity.contributions:
        return {}, set()
    for period in sorted({place.period for place in places}):
        for row in source.rows(quantity.contributions, period):
            if row.get("quantity", quantity.name) != quantity.name:
                continue  # a model that serves several quantities
            found[row["partner"], period].append(row)
    named = {partner for (partner, _), rows in found.items() if any(row["contributor"] is not None for row in rows)}
    return found, {place.partner for place in places} - named


def _description(places: Sequence[_Place], known: Known) -> Description:
    figures: dict[str, Figure] = {}
    at: dict[tuple[str, str, str], dict[tuple[str, ...], dict[Classes, str]]] = defaultdict(lambda: defaultdict(dict))
    for place in places:
        _add(figures, place, known)
        if not place.rest_of:
            named = tuple(column for column, _ in place.classes)
            at[place.quantity.name, place.partner, place.period][named][place.classes] = place.id
    relations: list[Relation] = []
    for (quantity, partner, period), breakdowns in at.items():
        for finer, members in breakdowns.items():
            for coarser, heads in breakdowns.items():
                if set(coarser) < set(finer):
                    relations += _sums(members, heads, f"{quantity} of {partner} in {period} by {'+'.join(finer)}")
    for place in places:
        if place.quantity.sum_of and not place.rest_of:
            own = [at[name, place.partner, place.period] for name in place.quantity.sum_of]
            named = tuple(column for column, _ in place.classes)
            addends = [found[named][place.classes] for found in own if place.classes in found.get(named, {})]
            if len(addends) == len(own):
                relations.append(adds_to(addends, place.id, f"{place.where}, the sum of columns beside it"))
        parts = at[place.quantity.name, place.partner, place.period]
        if place.rest_of:
            left = [parts[tuple(column for column, _ in one)].get(one) for one in place.rest_of]
            relations.append(adds_to([name for name in left if name], place.id, place.where))
    return Description(figures, tuple(dict.fromkeys(relations)))


def _add(figures: dict[str, Figure], place: _Place, known: Known) -> None:
    """The figure of a place, which may be that of another place too."""
    value = exact(place.cell.value) or Decimal(0)
    cells = (place.at,) if place.quantity.measure and not place.rest_of else ()
    if place.id not in figures:
        is_count = not place.quantity.contributions
        own = _own(place, known)
        figures[place.id] = Figure(place.id, place.where, value, is_count, own, cells=cells)
        return
    other = figures[place.id]
    if other.value != value:
        raise ReportError(
            f"{place.where} says {value}, {other.place} says {other.value}; they are one figure. Mend the model."
        )
    figures[place.id] = replace(other, cells=tuple(dict.fromkeys((*other.cells, *cells))))


def _sums(members: Mapping[Classes, str], heads: Mapping[Classes, str], what: str) -> Iterator[Relation]:
    """Each coarser class is the sum of the finer ones in it."""
    for head, name in heads.items():
        parts = [part for classes, part in members.items() if set(head) <= set(classes)]
        if parts:
            yield adds_to(parts, name, what)


def _own(place: _Place, known: Known) -> dict[str, Decimal] | None:
    """Who contributes how much to a figure; None for counts, and for periods of which nothing is known."""
    quantity = place.quantity
    rows = known.get((quantity.name, place.partner, place.period))
    if not quantity.contributions or not rows:
        return None
    wanted = [dict(one) for one in place.rest_of] or [dict(place.classes)]
    summed: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if any(all(str(row[column]) == code for column, code in one.items()) for one in wanted):
            summed[row["contributor"] or _NOBODY] += exact(row[quantity.amount]) or Decimal(0)
    return dict(summed)


def _without(table: PrintedTable, hidden: set[str]) -> PrintedTable:
    """The table without the numbers of these cells and of all that is made from them."""
    return replace(table, parts=tuple(_part_without(table.declaration, part, hidden) for part in table.parts))


def _part_without(table: TableDeclaration, part: Part, hidden: set[str]) -> Part:
    away = {cell.id for row in (*part.rows, *part.short) for cell in row.cells if cell.id in hidden}
    if not away:
        return part
    total = {cell.column.name for cell in part.total.cells if cell.id in away} if part.total else set()
    rows = {id(row): _row_without(table, row, away, total) for row in (*part.rows, *part.short)}
    return replace(
        part, rows=tuple(rows[id(row)] for row in part.rows), short=tuple(rows[id(row)] for row in part.short)
    )


def _row_without(table: TableDeclaration, row: PrintedRow, away: set[str], of_total: set[str]) -> PrintedRow:
    lost = {cell.column.name for cell in row.cells if cell.id in away}
    more = True
    while more:
        derived = {
            column.name
            for column in table.columns
            if lost & {*column.numerator, *column.denominator, column.now, column.then, *column.derived_from}
            or (column.of_total in of_total and not _is_none_of_it(row, column, lost))
        }
        more = not derived <= lost
        lost |= derived
    if not lost:
        return row
    cells = tuple(
        replace(cell, value=None, text=CONFIDENTIAL) if cell.column.name in lost and not cell.column.is_text else cell
        for cell in row.cells
    )
    source = {name: None if name in lost else value for name, value in row.source.items()} if row.source else None
    return replace(row, cells=cells, source=source)


def _is_none_of_it(row: PrintedRow, column: Column, lost: set[str]) -> bool:
    """Whether a share of a hidden total tells nothing, as the row itself says that it is nought: a total that is
    hidden is more than nought, for zeros are published.
    """
    return not lost & {*column.numerator} and all(not exact(row.cell(name).value) for name in column.numerator)
