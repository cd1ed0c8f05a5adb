"""The plain description of published tables: figures, and what is known to hold between them.

Belongs here: the one vocabulary that rules, protector and auditor share. Does not belong here: any judgement (which
figure is sensitive, which is hidden) or any linear algebra; those who judge each do their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from reports.disclosure.cells import Cell


@dataclass(frozen=True)
class Figure:
    """One number that could be published, with those who contribute to it.

    ``contributions`` maps each contributor (an exporter group for values) to its amount; None where contributors
    are not known or the figure is a count, whose contributors are the units counted. ``may_be_hidden`` is false for
    what is published elsewhere already. ``cells`` say where it stands for other reports, if they have the measure too;
    one that nobody prints (``is_printed``) stands for what others leave.
    """

    id: str
    place: str
    value: Decimal
    is_count: bool = False
    contributions: Mapping[str, Decimal] | None = None
    may_be_hidden: bool = True
    cells: tuple[Cell, ...] = ()
    is_printed: bool = True


@dataclass(frozen=True)
class Relation:
    """``low <= sum of coefficient x figure <= high``: a sum that is published, a rounded share, an earlier edition."""

    terms: tuple[tuple[str, Decimal], ...]
    what: str
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)


@dataclass(frozen=True)
class Description:
    """All tables that are linked, as one system."""

    figures: Mapping[str, Figure]
    relations: tuple[Relation, ...] = ()
    # Contributors who agreed that their figures be known.
    waived: frozenset[str] = field(default_factory=frozenset)

    def faults(self) -> list[str]:
        """A sentence for each relation that the true figures break: then nothing can be protected by it."""
        found = []
        for relation in self.relations:
            lost = [name for name, _ in relation.terms if name not in self.figures]
            if lost:
                found.append(f"{relation.what} speaks of '{lost[0]}', which is no figure.")
                continue
            total = sum((factor * self.figures[name].value for name, factor in relation.terms), Decimal(0))
            if not relation.low <= total <= relation.high:
                found.append(f"{relation.what} does not hold: it comes to {total}.")
        return found


def adds_to(parts: list[str], whole: str, what: str) -> Relation:
    """The relation that the parts sum to the whole."""
    return Relation((*((part, Decimal(1)) for part in parts), (whole, Decimal(-1))), what)


def same(one: str, other: str, what: str) -> Relation:
    """The relation that two figures are one and the same number."""
    return Relation(((one, Decimal(1)), (other, Decimal(-1))), what)
