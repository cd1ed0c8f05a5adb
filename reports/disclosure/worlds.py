"""All that is published as constraints on what is not: the worlds that the auditor can think of.

Belongs here: the auditor's own programme (HiGHS for linear ones, scipy's for whole numbers in small tables of counts),
over every relation of the description: sums, hierarchies, linked tables, rounding bands, printed shares, earlier
editions. Does not belong here: what an attacker knows beside it (audit), or anything of the protector's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import highspy
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_matrix, hstack

from reports.disclosure.description import Description
from reports.errors import ReportError

# Up to this many unknown counts the attacker is taken to use that counts are whole numbers.
WHOLE_AT_MOST = 40
_SIZE = 1e5
_FITS = 1e-5
Shown = tuple[Decimal, Decimal]
Array = np.ndarray[Any, np.dtype[np.float64]]
Places = np.ndarray[Any, np.dtype[Any]]
_NO_END = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kInfeasible)


@dataclass(frozen=True)
class Answer:
    """A world, or why there is none: nothing bounds it, nothing fits, or else the solver cannot tell (``status``)."""

    world: Array | None = None
    is_unbounded: bool = False
    is_impossible: bool = False
    status: str = ""


class Worlds:
    """The unknown figures, in units of ``scale``, and what holds between them."""

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
        self.lower, self.upper = np.array(lower, dtype=float), np.array(upper, dtype=float)
        self.truth = np.array([float(figures[name].value) / self.scale for name in unknown], dtype=float)
        self.matrix, self.row_low, self.row_high = self._rows(shown)
        self._now: tuple[Array, Array] | None = None

    def _rows(self, shown: Mapping[str, Shown]) -> tuple[csc_matrix, Array, Array]:
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
        matrix = csc_matrix((factors, (rows, columns)), shape=(len(low), len(self.places)))
        return matrix, np.array(low), np.array(high)

    def plain(self, name: str, value: float) -> float:
        """A solution in the figure's own unit; what is whole is given whole."""
        if not np.isfinite(value):
            return value
        told = value * self.scale
        near = round(told)
        return float(near) if self.description.figures[name].is_count and abs(told - near) < 1e-5 else told

    def extreme(self, name: str, is_least: bool, lower: Array, upper: Array) -> float:
        """The least or the greatest that a figure can be within these bounds; infinite if nothing bounds it."""
        cost = np.zeros(len(self.places))
        cost[self.places[name]] = 1.0 if is_least else -1.0
        found = self._whole(cost, lower, upper) if self.whole else self._linear(cost, lower, upper)
        if found.is_unbounded:
            return float("-inf" if is_least else "inf")
        if found.is_impossible:
            raise ReportError(
                "The audit of the disclosure control found no figures at all that fit what would be published. "
                "The tables contradict themselves; nothing was published."
            )
        if found.world is None:
            raise ReportError(
                f"The audit of the disclosure control got no answer from its solver ({found.status}): it cannot tell "
                "how well the tables are protected, which says nothing against the figures. Nothing was published. "
                "Publish again; if it comes to the same, withhold the table (profile withheld) and tell the statistics "
                "unit."
            )
        return float(found.world[self.places[name]])

    def one_in_which(self, wanted: Mapping[str, float], lower: Array, upper: Array) -> Array | None:
        """A world within these bounds in which the figures are just so; None if there is none, or none was found."""
        low, high = lower.copy(), upper.copy()
        for name, value in wanted.items():
            low[self.places[name]] = high[self.places[name]] = value
        return self._linear(np.zeros(len(self.places)), low, high).world

    def nearest(self, name: str, value: float, lower: Array, upper: Array) -> Array | None:
        """The world within these bounds in which the figure is just so and all others together are as near the truth as
        can be, so that few of them differ and few can rule it out; None if there is none, or none was found.
        """
        solver, count, place = self._from_the_truth, len(self.places), self.places[name]
        up, down = np.maximum(upper - self.truth, 0.0), np.maximum(self.truth - lower, 0.0)
        low = np.zeros(2 * count)
        up[place] = low[place] = max(value - self.truth[place], 0.0)
        down[place] = low[place + count] = max(self.truth[place] - value, 0.0)
        solver.changeColsBounds(2 * count, np.arange(2 * count, dtype=np.int32), low, np.concatenate([up, down]))
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        moved = np.array(solver.getSolution().col_value)
        world = self.truth + moved[:count] - moved[count:]
        return world if self._fits(world, lower, upper) else None

    def far_off(self, weights: Mapping[str, float], lower: Array, upper: Array) -> Array | None:
        """A world within these bounds in which the weighted sum is least; None if none was found."""
        cost = np.zeros(len(self.places))
        for name, weight in weights.items():
            cost[self.places[name]] = weight
        return self._linear(cost, lower, upper).world

    def _whole(self, cost: Array, lower: Array, upper: Array) -> Answer:
        solved = milp(
            cost,
            integrality=np.ones(len(cost)),
            bounds=Bounds(np.ceil(lower - 1e-9), np.floor(upper + 1e-9)),
            constraints=LinearConstraint(self.matrix, self.row_low, self.row_high) if len(self.row_low) else (),
        )
        if solved.status == 0:
            return Answer(np.asarray(solved.x))
        if solved.status == 4 and "unbounded or infeasible" in solved.message:
            return self._unbounded_or_impossible(lower, upper)
        return Answer(None, solved.status == 3, solved.status == 2, solved.message)

    def _linear(self, cost: Array, lower: Array, upper: Array) -> Answer:
        """The solution, if it fits by plain arithmetic too, or else why there is none."""
        # Questions of feasibility go on from any corner by the dual method, all others by the primal one.
        self._solver.setOptionValue("simplex_strategy", 4 if cost.any() else 1)
        self._solver.changeColsCost(len(cost), self._every, cost)
        before_low, before_high = self._now or (None, None)
        changed = (
            self._every
            if before_low is None or before_high is None
            else np.flatnonzero((before_low != lower) | (before_high != upper)).astype(np.int32)
        )
        if len(changed):
            self._solver.changeColsBounds(len(changed), changed, lower[changed], upper[changed])
        self._now = lower.copy(), upper.copy()
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            world = np.array(self._solver.getSolution().col_value)
            is_so = self._fits(world, lower, upper)
            return Answer(world) if is_so else Answer(status="a solution that does not fit by plain arithmetic")
        if status == highspy.HighsModelStatus.kUnboundedOrInfeasible and cost.any():
            return self._unbounded_or_impossible(lower, upper)
        is_unbounded, is_impossible = (status == one for one in _NO_END)
        return Answer(None, is_unbounded, is_impossible, self._solver.modelStatusToString(status))

    def _unbounded_or_impossible(self, lower: Array, upper: Array) -> Answer:
        """Which of the two it is, where the solver leaves it open."""
        some = self._linear(np.zeros(len(self.places)), lower, upper)
        return replace(some, world=None, is_unbounded=some.world is not None)

    def _fits(self, world: Array, lower: Array, upper: Array) -> bool:
        told = self.matrix @ world
        slack = _FITS * (1 + np.abs(told))
        in_bounds = (world >= lower - _FITS).all() and (world <= upper + _FITS).all()
        return bool(in_bounds and (told >= self.row_low - slack).all() and (told <= self.row_high + slack).all())

    @cached_property
    def _every(self) -> Array:
        return np.arange(len(self.places), dtype=np.int32)

    @cached_property
    def _solver(self) -> Any:
        return _programme(self.matrix, np.zeros(len(self.places)), self.lower, self.upper, self.row_low, self.row_high)

    @cached_property
    def _from_the_truth(self) -> Any:
        """The same constraints on how far each figure is above and below the truth; every distance costs one."""
        told, count = self.matrix @ self.truth, len(self.places)
        both = hstack([self.matrix, -self.matrix], format="csc")
        # What the truth itself breaks by rounding errors is no contradiction.
        low, high = np.minimum(self.row_low - told, 0.0), np.maximum(self.row_high - told, 0.0)
        return _programme(both, np.ones(2 * count), np.zeros(2 * count), np.zeros(2 * count), low, high)


def _programme(matrix: csc_matrix, cost: Array, lower: Array, upper: Array, row_low: Array, row_high: Array) -> Any:
    # The public class prints a banner when it is made; the one beneath it does not.
    made = highspy._Highs()  # type: ignore[attr-defined]
    for option, value in {"output_flag": False, "threads": 1, "presolve": "off"}.items():
        made.setOptionValue(option, value)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = matrix.shape[1], matrix.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, lower, upper
    model.row_lower_, model.row_upper_ = row_low, row_high
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    made.passModel(model)
    return made
