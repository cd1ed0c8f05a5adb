"""Cheap movements: which figures move, at least cost, if a given one moves as far as it must be able to.

Belongs here: the programme over the figures that may be hidden, in which every one pays for moving, the given one being
its right-hand side. Its answer is a vertex, so that few figures move (Kelly, Golden and Assad 1992; Castro 2006), and
the next one starts from it. Does not belong here: whether that suffices against everybody (weigh).
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from reports.disclosure.attack import Knowledge, Numbers, System, solver

_MOVED = 1e-7
# What a figure costs that is hidden anyway: as good as nothing, and more than the solver's tolerance, so that
# few of them move. Other prices are kept within what the solver can tell apart.
_FREE = 1e-4
_CHEAPEST, _DEAREST = 1e-2, 1e4


@dataclass(frozen=True)
class Movement:
    """By how much each of a few figures (by index) moves; all others stay, and every equality holds."""

    places: Numbers
    moved: Numbers

    @property
    def cells(self) -> frozenset[int]:
        """The figures that move."""
        return frozenset(int(place) for place in self.places)


class Flows:
    """The programme, kept warm. Of each figure in ``columns`` there are two columns: its movement up and down."""

    def __init__(self, system: System, prices: Numbers, columns: Numbers, knowledge: Knowledge) -> None:
        self.system = system
        self._columns = np.asarray(columns, dtype=np.int32)
        self._count = len(self._columns)
        self._place = {int(figure): place for place, figure in enumerate(self._columns)}
        usual = float(np.median(prices)) if len(prices) else 1.0
        self._prices = np.clip(prices / max(usual, 1e-9), _CHEAPEST, _DEAREST)
        self._is_free = np.zeros(len(system.ids), dtype=bool)
        self._room_up, self._room_down = self._rooms(knowledge)
        self._knowledge = knowledge
        self._solver = solver(presolve="off", simplex_strategy=1)
        self._solver.passModel(self._model())

    def _model(self) -> highspy.HighsLp:
        matrix = self.system.matrix[:, self._columns].tocsc()
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = 2 * self._count, matrix.shape[0]
        prices = self._prices[self._columns]
        model.col_cost_ = np.concatenate([prices, prices])
        model.col_lower_ = np.zeros(2 * self._count)
        model.col_upper_ = np.concatenate([self._room_up, self._room_down])
        model.row_lower_ = model.row_upper_ = np.zeros(matrix.shape[0])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.concatenate([matrix.indptr, matrix.indptr[1:] + matrix.nnz]).astype(np.int32)
        model.a_matrix_.index_ = np.concatenate([matrix.indices, matrix.indices])
        model.a_matrix_.value_ = np.concatenate([matrix.data, -matrix.data])
        return model

    def _rooms(self, knowledge: Knowledge) -> tuple[Numbers, Numbers]:
        """How far each column may move up and down for this attacker."""
        up, down = knowledge.rooms(self.system)
        return up[self._columns], down[self._columns]

    def suppose(self, knowledge: Knowledge) -> None:
        """Against whom the next movements are: what that attacker knows does not move."""
        if knowledge is self._knowledge:
            return
        up, down = self._rooms(knowledge)
        now, then = np.concatenate([up, down]), np.concatenate([self._room_up, self._room_down])
        changed = np.flatnonzero(now != then).astype(np.int32)
        if len(changed):
            self._solver.changeColsBounds(len(changed), changed, np.zeros(len(changed)), now[changed])
        self._room_up, self._room_down, self._knowledge = up, down, knowledge

    def free(self, hidden: Numbers) -> None:
        """Say which figures are hidden anyway."""
        changed = np.flatnonzero((hidden != self._is_free)[self._columns])
        if len(changed):
            figures = self._columns[changed]
            prices = np.where(hidden[figures], _FREE, self._prices[figures])
            both = np.concatenate([changed, changed + self._count]).astype(np.int32)
            self._solver.changeColsCost(len(both), both, np.concatenate([prices, prices]))
        self._is_free = hidden.copy()

    def cheapest(self, target: int, moved: float) -> Movement | None:
        """The cheapest movement of the others if this figure moves so far; None if there is none."""
        matrix = self.system.matrix
        begin, end = matrix.indptr[target], matrix.indptr[target + 1]
        rows, factors = matrix.indices[begin:end], matrix.data[begin:end]
        own = self._place.get(target)
        for row, factor in zip(rows, factors, strict=True):
            self._solver.changeRowBounds(int(row), -moved * factor, -moved * factor)
        if own is not None:
            for column in (own, own + self._count):
                self._solver.changeColBounds(column, 0.0, 0.0)
        self._solver.run()
        found = None
        if self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            solution = np.array(self._solver.getSolution().col_value)
            both = solution[: self._count] - solution[self._count :]
            some = np.flatnonzero(np.abs(both) > _MOVED * min(1.0, abs(moved)))
            found = Movement(np.append(self._columns[some], target).astype(int), np.append(both[some], moved))
        for row in rows:
            self._solver.changeRowBounds(int(row), 0.0, 0.0)
        if own is not None:
            self._solver.changeColBounds(own, 0.0, float(self._room_up[own]))
            self._solver.changeColBounds(own + self._count, 0.0, float(self._room_down[own]))
        return found
