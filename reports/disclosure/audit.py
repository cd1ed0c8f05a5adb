"""The audit: what a reader, and each contributor, can work out of the hidden figures from all that is published.

Belongs here: an attack of its own by linear (small tables of counts: integer) programming with scipy, over every
relation of the description: sums, hierarchies, linked tables, rounding bands, printed shares, earlier editions.
Does not belong here: anything of the protector's. The two share the plain description and nothing else, so that a fault
in one does not hide in the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix

from reports.disclosure.description import Description, Figure
from reports.errors import ReportError

# Up to this many unknown counts the attacker is taken to use that counts are whole numbers.
WHOLE_AT_MOST = 40
_SIZE = 1e5
_TOLERANCE = 2e-6
Shown = tuple[Decimal, Decimal]
Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Finding:
    """A sensitive figure that somebody can work out too closely: between ``low`` and ``high``."""

    id: str
    place: str
    attacker: str
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.place}: {self.attacker} can tell that it lies between {self.low:.10g} and {self.high:.10g}"


def published(description: Description, hidden: Iterable[str]) -> dict[str, Shown]:
    """What is shown if all but these figures are printed exactly."""
    away = set(hidden)
    return {name: (figure.value, figure.value) for name, figure in description.figures.items() if name not in away}


def intervals(
    description: Description, shown: Mapping[str, Shown], ids: Iterable[str]
) -> dict[str, tuple[float, float]]:
    """The least and the greatest that each of these figures can be for a reader; infinity where nothing bounds it."""
    world = _World(description, shown)
    found = {}
    for name in ids:
        low, high = (world.extreme({name: sign}, world.lower, world.upper)[1] for sign in (1.0, -1.0))
        found[name] = (world.plain(name, low), world.plain(name, high))
    return found


def audit(
    description: Description, shown: Mapping[str, Shown], levels: Mapping[str, tuple[Decimal, Decimal]]
) -> list[Finding]:
    """The sensitive figures that are not open as far as their levels (below, above the value) ask, by attacker.

    ReportError where what is shown contradicts itself: no figures at all would fit it.
    """
    figures = description.figures
    world = _World(description, shown)
    found = [
        Finding(name, figures[name].place, "anybody", *(float(end) for end in shown[name]))
        for name in levels
        if name in shown and shown[name][0] == shown[name][1]
    ]
    targets = [name for name in levels if name in world.places]
    found += world.close_guesses(targets, levels, "a reader", world.lower, world.upper)
    for name, own in _contributors(description).items():
        lower, upper = world.lower.copy(), world.upper.copy()
        alone = set()
        for identity, amount in own.items():
            place = world.places.get(identity)
            if place is None:
                continue
            figure = figures[identity]
            if len(_real(figure)) == 1:
                lower[place] = upper[place] = float(figure.value) / world.scale
                alone.add(identity)
            elif amount > 0:
                lower[place] = max(lower[place], float(amount) / world.scale)
        if (lower == world.lower).all() and (upper == world.upper).all():
            continue
        rivals = [target for target in targets if target not in alone]
        owed = {target: _owed(figures[target], name, levels[target]) for target in rivals}
        found += world.close_guesses(rivals, owed, f"the contributor {name}", lower, upper)
    return found


def _real(figure: Figure) -> dict[str, Decimal]:
    return {name: amount for name, amount in (figure.contributions or {}).items() if amount}


def _owed(figure: Figure, name: str, level: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal]:
    """The level against one who contributes to the figure: it protects the largest of the others from him."""
    sizes = {who: abs(amount) for who, amount in _real(figure).items()}
    if name not in sizes:
        return level
    ratio = max(size for who, size in sizes.items() if who != name) / max(sizes.values())
    return level[0] * ratio, level[1] * ratio


def _contributors(description: Description) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {}
    for figure in description.figures.values():
        for name, amount in _real(figure).items():
            found.setdefault(name, {})[figure.id] = amount
    return dict(sorted(found.items()))


class _World:
    """All that is published as constraints on what is not, in units of ``scale``."""

    def __init__(self, description: Description, shown: Mapping[str, Shown]) -> None:
        self.description = description
        figures = description.figures
        unknown = [name for name in figures if name not in shown or shown[name][0] != shown[name][1]]
        self.places = {name: place for place, name in enumerate(unknown)}
        largest = max((abs(float(figures[name].value)) for name in unknown), default=1.0)
        self.whole = len(unknown) <= WHOLE_AT_MOST and all(figures[name].is_count for name in unknown)
        self.scale = 1.0 if self.whole else max(largest, 1.0) / _SIZE
        lower, upper = [], []
        for name in unknown:
            low, high = shown.get(name, (Decimal(0), Decimal("Infinity")))
            if name not in shown and figures[name].value < 0:
                low = Decimal("-Infinity")
            lower.append(float(low) / self.scale)
            upper.append(float(high) / self.scale)
        self.lower, self.upper = np.array(lower), np.array(upper)
        self.matrix, self.row_low, self.row_high = self._rows(shown)

    def _rows(self, shown: Mapping[str, Shown]) -> tuple[csr_matrix, Array, Array]:
        rows: list[int] = []
        columns: list[int] = []
        factors: list[float] = []
        low: list[float] = []
        high: list[float] = []
        for relation in self.description.relations:
            unknown = [(self.places[name], factor) for name, factor in relation.terms if name in self.places]
            if not unknown:
                continue
            known = sum(
                (factor * shown[name][0] for name, factor in relation.terms if name not in self.places), Decimal(0)
            )
            for place, factor in unknown:
                rows.append(len(low))
                columns.append(place)
                factors.append(float(factor))
            low.append(float(relation.low - known) / self.scale)
            high.append(float(relation.high - known) / self.scale)
        matrix = csr_matrix((factors, (rows, columns)), shape=(len(low), len(self.places)))
        return matrix, np.array(low), np.array(high)

    def plain(self, name: str, value: float) -> float:
        """A solution in the figure's own unit; what is whole is given whole."""
        if not np.isfinite(value):
            return value
        told = value * self.scale
        near = round(told)
        return float(near) if self.description.figures[name].is_count and abs(told - near) < 1e-5 else told

    def extreme(self, weights: Mapping[str, float], lower: Array, upper: Array) -> tuple[Array | None, float]:
        """The figures at which the weighted sum is least, and that sum divided by the weights' sign."""
        cost = np.zeros(len(self.places))
        for name, weight in weights.items():
            cost[self.places[name]] = weight
        sign = next(iter(weights.values()))
        if self.whole:
            solved = milp(
                cost,
                integrality=np.ones(len(cost)),
                bounds=Bounds(np.ceil(lower - 1e-9), np.floor(upper + 1e-9)),
                constraints=LinearConstraint(self.matrix, self.row_low, self.row_high) if len(self.row_low) else (),
            )
        else:
            solved = linprog(cost, bounds=np.column_stack([lower, upper]), **self._constraints, method="highs-ds")
        if solved.status == 3 or (solved.status == 4 and self._is_possible(lower, upper)):
            return None, -np.inf if sign > 0 else np.inf
        if solved.status != 0:
            raise ReportError(
                "The audit of the disclosure control found no figures at all that fit what would be published "
                f"({solved.message}). The tables contradict themselves; nothing was published."
            )
        return np.asarray(solved.x), float(solved.fun) / sign

    def _is_possible(self, lower: Array, upper: Array) -> bool:
        empty = np.zeros(len(self.places))
        return bool(linprog(empty, bounds=np.column_stack([lower, upper]), **self._constraints).status == 0)

    @property
    def _constraints(self) -> dict[str, Any]:
        if not hasattr(self, "_kept"):
            sure = self.row_low == self.row_high
            above, below = ~sure & np.isfinite(self.row_high), ~sure & np.isfinite(self.row_low)
            bands = [(self.matrix[above], self.row_high[above]), (-self.matrix[below], -self.row_low[below])]
            stacked = np.vstack([part.toarray() for part, _ in bands])
            self._kept: dict[str, Any] = {
                "A_eq": self.matrix[sure] if sure.any() else None,
                "b_eq": self.row_low[sure] if sure.any() else None,
                "A_ub": stacked if len(stacked) else None,
                "b_ub": np.concatenate([limit for _, limit in bands]) if len(stacked) else None,
            }
        return self._kept

    def close_guesses(
        self,
        targets: Sequence[str],
        levels: Mapping[str, tuple[Decimal, Decimal]],
        attacker: str,
        lower: Array,
        upper: Array,
    ) -> list[Finding]:
        """The targets that this attacker can bound too closely. One set of figures that fits shows for many targets
        at once that they can be so large or so small, so that most need no programme of their own.
        """
        least: dict[str, float] = dict.fromkeys(targets, np.inf)
        most: dict[str, float] = dict.fromkeys(targets, -np.inf)
        wanted = {name: self._wanted(name, levels[name]) for name in targets}

        def note(solution: Array | None) -> None:
            if solution is not None:
                for name in targets:
                    value = float(solution[self.places[name]])
                    least[name], most[name] = min(least[name], value), max(most[name], value)

        if len(targets) > 6 and not self.whole:
            for solution in self._together(targets, wanted, lower, upper):
                note(solution)
        found = []
        for name in targets:
            low, high = wanted[name]
            if least[name] > low:
                solution, least[name] = self.extreme({name: 1.0}, lower, upper)
                note(solution)
            if most[name] < high:
                solution, most[name] = self.extreme({name: -1.0}, lower, upper)
                note(solution)
            if least[name] > low or most[name] < high or most[name] - least[name] <= _TOLERANCE:
                ends = self.plain(name, least[name]), self.plain(name, most[name])
                found.append(Finding(name, self.description.figures[name].place, attacker, *ends))
        return found

    def _wanted(self, name: str, level: tuple[Decimal, Decimal]) -> tuple[float, float]:
        """Down and up to where the figure must stay open, less what the solver cannot tell."""
        value = float(self.description.figures[name].value) / self.scale
        below, above = (float(one) / self.scale for one in level)
        slack = [max(_TOLERANCE, one * 1e-4) for one in (below, above)]
        return value - below + slack[0], value + above - slack[1]

    def _together(
        self, targets: Sequence[str], wanted: Mapping[str, tuple[float, float]], lower: Array, upper: Array
    ) -> Iterator[Array | None]:
        """Figures at which many targets at once are as far off as they must be, half of them each way, then turned."""
        slack = 1e-3
        low, high = lower.copy(), upper.copy()
        for name in targets:
            place = self.places[name]
            down, up = wanted[name]
            low[place] = max(low[place], min(down - abs(down) * slack, high[place]))
            high[place] = min(high[place], max(up + abs(up) * slack, low[place]))
        for modulus in (2, 3):
            for turn in (1.0, -1.0):
                weights = {
                    name: (turn if (place // (modulus - 1)) % modulus == 0 else -turn)
                    / max(high[self.places[name]] - low[self.places[name]], 1e-6)
                    for place, name in enumerate(targets)
                }
                try:
                    yield self.extreme(weights, low, high)[0]
                except ReportError:
                    return
