"""Somebody with all our tables and a solver: reads nothing but the companion files of published editions.

He knows from the pages what each table is of, that a table leaves out what is empty, and that nothing is below zero.
What was granted is to him a sum over quarter, goods and destination; printed figures are equations between such sums.
Nothing of the product's own disclosure control is used here.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

HIDDEN = "[c]"
# A figure that nothing bounds above.
_UNBOUNDED = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)
Atom = tuple[str, tuple[str, str], str]  # quarter, (category, entry), destination
Row = Mapping[str, str]


@dataclass(frozen=True)
class Layout:
    """What a table says of what was granted: the keys of its rows, and the goods that it is of."""

    report: str
    table: str
    keys: tuple[str, ...]
    goods: Callable[[str], bool] = lambda category: True
    fixed: Mapping[str, str] | None = None


def is_military(category: str) -> bool:
    """Goods of the arms export return."""
    return category == "ML"


LAYOUTS = (
    Layout("licensing_statistics", "decisions_by_destination", ("destination_code",)),
    Layout("licensing_statistics", "decisions_by_rating", ("category_code", "rating")),
    Layout("licensing_statistics", "values", ("category_code",)),
    Layout("transparency_annual", "values_by_destination", ("destination_code",)),
    Layout("transparency_annual", "values_by_rating", ("category_code", "rating")),
    Layout("dual_use_return", "by_category", ("category_code",), str.isdigit),
    Layout("dual_use_return", "by_destination", ("destination_code",), str.isdigit),
    Layout("arms_export_return", "by_category", ("rating",), is_military, {"category_code": "ML"}),
    Layout("arms_export_return", "by_destination", ("destination_code",), is_military, {"category_code": "ML"}),
    Layout(
        "arms_export_return",
        "by_destination_and_category",
        ("destination_code", "rating"),
        is_military,
        {"category_code": "ML"},
    ),
)


@dataclass(frozen=True)
class Edition:
    """The companion files of an edition, by the name of their table."""

    report: str
    period: str
    tables: Mapping[str, bytes]


@dataclass(frozen=True)
class Printed:
    """A printed figure: where it stands, over which atoms it sums, and its number (none if it is hidden)."""

    where: str
    quarters: tuple[str, ...]
    codes: Mapping[str, str]
    goods: Callable[[str], bool]
    value: float | None

    def holds(self, atom: Atom) -> bool:
        """Whether the figure sums over this atom."""
        quarter, (category, entry), destination = atom
        own = {"category_code": category, "rating": entry, "destination_code": destination}
        return quarter in self.quarters and self.goods(category) and all(own[k] == v for k, v in self.codes.items())


def rows_of(edition: Edition, table: str, partner: str) -> list[Row]:
    """The rows of an authority in one companion file."""
    content = edition.tables.get(table, b"").decode("utf-8-sig")
    return [row for row in csv.DictReader(io.StringIO(content)) if row["partner"] == partner]


def read(editions: Sequence[Edition], partner: str) -> Iterator[Printed]:
    """All figures of what an authority granted, printed or hidden, in all tables of all editions."""
    for edition in editions:
        for layout in LAYOUTS:
            if layout.report != edition.report:
                continue
            for row in rows_of(edition, layout.table, partner):
                is_total = row["is_total"] == "true"
                codes = {} if is_total else {key: row[key] for key in layout.keys}
                text = row["value_eur"]
                if text not in ("[x]", "[z]"):
                    where = f"{edition.report} {edition.period} {layout.table} {'/'.join(codes.values()) or 'total'}"
                    value = None if text == HIDDEN else float(text)
                    yield Printed(
                        where, quarters_of(edition.period), {**(layout.fixed or {}), **codes}, layout.goods, value
                    )


def quarters_of(period: str) -> tuple[str, ...]:
    """The quarters of a quarter or a year."""
    return (period,) if "-" in period else tuple(f"{period}-Q{number}" for number in range(1, 5))


class Outsider:
    """The linear programme over everything that was printed of one authority and year."""

    def __init__(self, editions: Sequence[Edition], partner: str, year: str) -> None:
        self.figures = [one for one in read(editions, partner) if one.quarters[0].startswith(year)]
        self.atoms = self._possible(year)
        self._solver = highspy._Highs()
        self._solver.setOptionValue("output_flag", False)
        # As many threads as the auditor's in this process: HiGHS refuses to run with another number.
        self._solver.setOptionValue("threads", 1)
        self._fill()

    def _possible(self, year: str) -> list[Atom]:
        """The atoms that may hold something: of goods and destinations that a table of the time names."""
        goods = {(one.codes["category_code"], one.codes["rating"]) for one in self.figures if "rating" in one.codes}
        places = {one.codes["destination_code"] for one in self.figures if "destination_code" in one.codes}
        if not goods:  # no table by entry: the category is all there is
            goods = {(one.codes["category_code"], "") for one in self.figures if "category_code" in one.codes}
        named: dict[tuple[tuple[str, ...], tuple[str, ...]], set[tuple[str, ...]]] = defaultdict(set)
        for one in self.figures:
            if one.goods("ML") and one.goods("0") and one.codes:
                named[one.quarters, tuple(one.codes)].add(tuple(one.codes.values()) if one.value != 0 else ())
        atoms = [
            (quarter, kind, place)
            for quarter in quarters_of(year)
            for kind in sorted(goods)
            for place in sorted(places)
        ]
        return [atom for atom in atoms if all(self._may_hold(atom, *of, some) for of, some in named.items())]

    @staticmethod
    def _may_hold(atom: Atom, quarters: tuple[str, ...], keys: tuple[str, ...], some: set[tuple[str, ...]]) -> bool:
        own = {"category_code": atom[1][0], "rating": atom[1][1], "destination_code": atom[2]}
        return atom[0] not in quarters or tuple(own[key] for key in keys) in some

    def _fill(self) -> None:
        count = len(self.atoms)
        self._solver.addVars(count, np.zeros(count), np.full(count, highspy.kHighsInf))
        for one in self.figures:
            if one.value is not None:
                places = np.array([n for n, atom in enumerate(self.atoms) if one.holds(atom)], dtype=np.int32)
                if len(places):
                    low = one.value / 1000
                    self._solver.addRow(low - 1e-7, low + 1e-7, len(places), places, np.ones(len(places)))

    def interval(self, figure: Printed) -> tuple[float, float]:
        """Between what a hidden figure must lie, in euro."""
        count = len(self.atoms)
        cost = np.array([1.0 if figure.holds(atom) else 0.0 for atom in self.atoms])
        self._solver.changeColsCost(count, np.arange(count, dtype=np.int32), cost)
        ends = []
        for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
            self._solver.changeObjectiveSense(sense)
            self._solver.run()
            status = self._solver.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                ends.append(self._solver.getInfo().objective_function_value * 1000)
            else:
                assert status in _UNBOUNDED, f"the outsider's solver gave no answer: {status}"
                ends.append(0.0 if sense == highspy.ObjSense.kMinimize else float("inf"))
        return ends[0], ends[1]

    def recovered(self, within: float = 0.005) -> dict[str, tuple[float, float]]:
        """The hidden figures that can be told to within such a share of themselves."""
        found = {}
        for one in self.figures:
            if one.value is None:
                low, high = self.interval(one)
                if high > 1 and high - low < within * high:
                    found[one.where] = (low, high)
        return found
