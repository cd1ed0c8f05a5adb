"""Where a figure stands in the world, the same from report to report: authority, period, classes, and the population.

Belongs here: sets of codes and cells, and which cell lies in which. Does not belong here: figures (description),
printed tables (printed), or what follows from cells of several reports (across).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Codes:
    """Some codes of a dimension, or (``but``) all codes but some."""

    codes: frozenset[str]
    but: bool = False

    def includes(self, other: Codes) -> bool:
        """Whether all that the other allows is allowed here."""
        if self.but:
            return self.codes <= other.codes if other.but else self.codes.isdisjoint(other.codes)
        return not other.but and other.codes <= self.codes

    def is_apart_from(self, other: Codes) -> bool:
        """Whether the two have no code in common."""
        if self.but and other.but:
            return False
        if self.but or other.but:
            few, all_but = (other, self) if self.but else (self, other)
            return few.codes <= all_but.codes
        return self.codes.isdisjoint(other.codes)

    def __str__(self) -> str:
        return ("not " if self.but else "") + "|".join(sorted(self.codes))


Classes = tuple[tuple[str, Codes], ...]
Within = tuple[tuple[str, Codes], ...]
# Authority, period, classes: two figures of one measure with the same are one figure, whichever report prints them.
Identity = tuple[str, str, Classes]
# A breakdown that a report prints whole: its keys, and the population that it is of.
Family = tuple[tuple[str, ...], Within]


@dataclass(frozen=True)
class Cell:
    """One class of one breakdown: ``keys`` are its own codes, ``within`` the population of the whole table."""

    partner: str
    period: str
    keys: tuple[tuple[str, str], ...] = ()
    within: Within = ()

    @cached_property
    def classes(self) -> Classes:
        """The codes that each dimension is restricted to; a key says more than the population does."""
        found = {**dict(self.within), **{name: Codes(frozenset({code})) for name, code in self.keys}}
        return tuple(sorted(found.items(), key=lambda item: item[0]))

    @property
    def identity(self) -> Identity:
        """What makes it the same cell in another report."""
        return self.partner, self.period, self.classes

    @property
    def family(self) -> Family:
        """The breakdown that it is one class of."""
        return tuple(name for name, _ in self.keys), self.within

    @property
    def population(self) -> Within:
        """What restricts it beside its own keys."""
        own = dict(self.keys)
        return tuple((name, codes) for name, codes in self.within if name not in own)

    def as_json(self) -> dict[str, Any]:
        """For the decision record."""
        return {
            "partner": self.partner,
            "period": self.period,
            "keys": dict(self.keys),
            "within": {name: {"codes": sorted(one.codes), "but": one.but} for name, one in self.within},
        }


def read_cell(entry: Mapping[str, Any]) -> Cell:
    """A cell as a decision record has it; KeyError, TypeError or AttributeError if it is none."""
    within = {name: Codes(frozenset(one["codes"]), bool(one["but"])) for name, one in sorted(entry["within"].items())}
    return Cell(entry["partner"], entry["period"], tuple(sorted(entry["keys"].items())), tuple(within.items()))
