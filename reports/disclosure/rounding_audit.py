"""The audit of rounded tables: which small counts all bands and sums together give away, and to whom.

Belongs here: worlds of whole numbers that fit everything printed, and who is sure of what in them. Does not belong
here: rounding itself, or the audit of hidden figures (audit, worlds): there a figure is owed an interval, here it is
owed that another whole number be possible beside the true one.

An attacker is a reader, or somebody who is counted: he knows that the count he is in is at least one, and if he stands
alone he is taken to know that too. Somebody who is counted in two breakdowns is taken to know of one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from reports.disclosure.audit import READER, Finding
from reports.disclosure.description import Description
from reports.disclosure.worlds import Array, Shown


def worked_out(description: Description, shown: Mapping[str, Shown], counts: Set[str], base: int) -> list[Finding]:
    """Those of these counts that somebody can tell exactly, by attacker. ``shown`` are the bands of what is printed;
    a figure that is not in it is not printed. Counts below ``base`` are what attackers may know of their own.
    """
    worlds = _Worlds(description, shown)
    targets = [name for name in counts if name in worlds.places]
    told = [name for name in counts if name not in worlds.places]
    found = [_finding(description, name, "anybody") for name in sorted(told)]
    return found + [_finding(description, *one) for one in _closed(worlds, sorted(targets), base)]


def _finding(description: Description, name: str, attacker: str) -> Finding:
    figure = description.figures[name]
    return Finding(name, figure.place, attacker, float(figure.value), float(figure.value))


@dataclass(frozen=True)
class _Insider:
    """Somebody who is counted in the figure at a place, and what he thinks it can be."""

    place: int
    least: float
    most: float


def _closed(worlds: _Worlds, targets: Sequence[str], base: int) -> Iterator[tuple[str, str]]:
    insiders = list(worlds.insiders(base))
    lower, upper = worlds.lower.copy(), worlds.upper.copy()
    for one in insiders:
        lower[one.place], upper[one.place] = one.least, one.most
    seen: list[Array] = []
    for name in targets:
        place = worlds.places[name]
        kept = lower[place], upper[place]
        if worlds.truth[place] == 1:  # whoever stands alone in it knows it anyhow, and nobody else knows him
            lower[place], upper[place] = worlds.lower[place], worlds.upper[place]
        world = worlds.another(place, lower, upper, seen)
        lower[place], upper[place] = kept
        if world is None:  # not safe from all at once: from each by himself?
            yield from ((name, attacker) for attacker in _who_knows(worlds, place, insiders))


def _who_knows(worlds: _Worlds, place: int, insiders: Sequence[_Insider]) -> Iterator[str]:
    seen: list[Array] = []
    if worlds.another(place, worlds.lower, worlds.upper, seen) is None:
        yield READER
        return
    for one in insiders:
        if one.place == place and one.least == one.most:
            continue
        lower, upper = worlds.lower.copy(), worlds.upper.copy()
        lower[one.place], upper[one.place] = one.least, one.most
        if worlds.another(place, lower, upper, seen) is None:
            yield f"somebody counted in {worlds.names[one.place]}"
            return


class _Worlds:
    """The unknown counts and what holds between them: worlds of whole numbers."""

    def __init__(self, description: Description, shown: Mapping[str, Shown]) -> None:
        figures = description.figures
        self.names = [name for name in figures if name not in shown or shown[name][0] != shown[name][1]]
        self.places = {name: place for place, name in enumerate(self.names)}
        self.truth = np.array([float(figures[name].value) for name in self.names])
        bands = [shown.get(name, (0, np.inf)) for name in self.names]
        self.lower = np.array([float(low) for low, _ in bands])
        self.upper = np.array([float(high) for _, high in bands])
        rows: list[tuple[dict[int, float], float, float]] = []
        heads: set[str] = set()
        for relation in description.relations:
            heads |= {name for name, factor in relation.terms if factor < 0}
            unknown = {self.places[name]: float(factor) for name, factor in relation.terms if name in self.places}
            known = sum(float(factor * shown[name][0]) for name, factor in relation.terms if name not in self.places)
            if unknown:
                rows.append((unknown, float(relation.low) - known, float(relation.high) - known))
        entries = [(at, place, factor) for at, (row, _, _) in enumerate(rows) for place, factor in row.items()]
        numbers, places, factors = (np.array(one) for one in zip(*entries, strict=True)) if entries else ((),) * 3
        self.matrix = csr_matrix((factors, (numbers, places)), shape=(len(rows), len(self.names)))
        self.row_low, self.row_high = (np.array([row[end] for row in rows]) for end in (1, 2))
        self.finest = [place for name, place in self.places.items() if name not in heads]

    def insiders(self, base: int) -> Iterator[_Insider]:
        """One for each small count of the finest classes: what others know follows from it by the sums."""
        for place in self.finest:
            if 0 < self.truth[place] < base:
                alone = self.truth[place] == 1
                yield _Insider(place, max(1.0, self.lower[place]), 1.0 if alone else self.upper[place])

    def another(self, place: int, lower: Array, upper: Array, seen: list[Array]) -> Array | None:
        """A world within these bounds in which the count is not the true one, of those seen or a new one, which is then
        added to them; None if there is none, or the programme gives no answer.
        """
        for world in seen:
            if world[place] != self.truth[place] and (world >= lower).all() and (world <= upper).all():
                return world
        for low, high in ((lower[place], self.truth[place] - 1), (self.truth[place] + 1, upper[place])):
            if low > high:
                continue
            least, most = lower.copy(), upper.copy()
            least[place], most[place] = low, high
            solved = milp(
                np.zeros(len(self.names)),
                integrality=np.ones(len(self.names)),
                bounds=Bounds(least, most),
                constraints=LinearConstraint(self.matrix, self.row_low, self.row_high) if len(self.row_low) else (),
            )
            if solved.status == 0 and self._fits(world := np.round(solved.x), least, most):
                seen.append(world)
                return world
        return None

    def _fits(self, world: Array, lower: Array, upper: Array) -> bool:
        """By plain arithmetic: what the solver says is believed only if it holds."""
        told = self.matrix @ world
        return bool(
            (world >= lower).all() and (world <= upper).all()
            and (told >= self.row_low - 1e-6).all() and (told <= self.row_high + 1e-6).all()
        )  # fmt: skip
