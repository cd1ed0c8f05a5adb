"""Figures that an edition prints rounded: by which rule, and what stands for them, as its decision record says.

Here: finding a printed cell in the record, which lies on the restricted side. Not here: rounding (reports/disclosure),
or who may be told the true figure (clearance.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orchestration.publication import decisions
from orchestration.publication.shelf import Edition
from orchestration.settings import Home
from orchestration.tracing.printed import Printed
from reports.disclosure.policy import profiles
from reports.disclosure.rounding import band


@dataclass(frozen=True)
class Rounding:
    """How a cell came to its number. ``number`` is the rounded count, none for what is made from such counts."""

    profile: str
    rule: str
    number: Decimal | None
    base: int
    random: bool

    def may_stand_for(self, truth: Decimal) -> bool:
        """Whether the printed number can be that of this count."""
        if self.number is None:
            return True
        low, high = band(self.number, self.base, self.random)
        return low <= truth <= high

    def document(self) -> dict[str, Any]:
        """For --json."""
        return {
            "profile": self.profile,
            "rule": self.rule,
            "number": None if self.number is None else format(self.number, "f"),
        }


class Roundings:
    """The rounded tables of one edition. EntrepotError if its decision record cannot be read."""

    def __init__(self, home: Home, edition: Edition) -> None:
        record = decisions.of_edition(home, edition.report, edition.period, edition.id)
        self._tables: dict[str, Rounding] = {}
        self._cells: dict[tuple[str, ...], Rounding] = {}
        for system in record.values():
            numbers = {figure["id"]: figure.get("printed") for figure in system["figures"]}
            for *place, name in system.get("cells", ()):
                made = self._rounding(system, Decimal(numbers[name]))
                self._cells[tuple(place)] = made
                self._tables[place[0]] = self._rounding(system, None)

    @staticmethod
    def _rounding(system: Mapping[str, Any], number: Decimal | None) -> Rounding:
        known, parameters = profiles().get(system["profile"]), system["parameters"]
        rule = known.words.strip() if known else f"Counts are rounded to multiples of {parameters['base']}."
        return Rounding(system["profile"], rule, number, int(parameters["base"]), bool(parameters["random"]))

    def of(self, printed: Printed) -> Rounding | None:
        """How a cell was rounded, or that what it is made of was; None for a cell of another table."""
        place = (printed.table, printed.partner, printed.key, printed.column)
        return self._cells.get(place) or self._tables.get(printed.table)
