"""Cheap movements: which further figures to hide so that given ones can move, by one linear programme.

Belongs here: the programme over all figures in which every figure pays for moving. Its answer is a vertex, so that few
figures move (Kelly, Golden and Assad 1992; Castro 2006). Does not belong here: whether the choice suffices (weigh).
"""

from __future__ import annotations

from collections.abc import Mapping

import highspy
import numpy as np

from reports.disclosure.attack import Knowledge, Numbers, System, solver

_MOVED = 1e-7


class Flows:
    """The programme, kept warm: each figure's movement up and down as two columns."""

    def __init__(self, system: System, prices: Numbers, may_hide: Numbers) -> None:
        self.system = system
        self.prices = prices
        self.may_hide = may_hide
        count, rows = len(system.ids), system.matrix.shape[0]
        self._count = count
        self._all = np.arange(2 * count, dtype=np.int32)
        self._solver = solver()
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = 2 * count, rows
        model.col_cost_ = np.zeros(2 * count)
        model.col_lower_ = np.zeros(2 * count)
        model.col_upper_ = np.zeros(2 * count)
        model.row_lower_ = model.row_upper_ = np.zeros(rows)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        matrix = system.matrix
        model.a_matrix_.start_ = np.concatenate([matrix.indptr, matrix.indptr[1:] + matrix.nnz]).astype(np.int32)
        model.a_matrix_.index_ = np.concatenate([matrix.indices, matrix.indices])
        model.a_matrix_.value_ = np.concatenate([matrix.data, -matrix.data])
        self._solver.passModel(model)

    def support(self, movements: Mapping[int, float], hidden: Numbers, knowledge: Knowledge) -> list[int] | None:
        """The figures that move in the cheapest movement in which these move as said; None if there is none.

        What is hidden already moves almost for nothing; what the attacker knows does not move.
        """
        count = self._count
        room = self.system.room_below
        high = np.concatenate([np.where(self.may_hide, highspy.kHighsInf, 0.0), np.where(self.may_hide, room, 0.0)])
        for place, least in knowledge.least.items():
            high[count + place] = min(high[count + place], max(0.0, self.system.values[place] - least))
        for place in knowledge.known:
            high[place] = high[count + place] = 0.0
        low = np.zeros(2 * count)
        for place, moved in movements.items():
            up, down = max(moved, 0.0), max(-moved, 0.0)
            low[place] = high[place] = up
            low[count + place] = high[count + place] = down
        # A figure costs the same however far it moves; by the unit, that is what one movement of this width costs.
        free = self.prices * np.where(hidden, 1e-6, 1.0)
        self._solver.changeColsCost(2 * count, self._all, np.concatenate([free, free]))
        self._solver.changeColsBounds(2 * count, self._all, low, high)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = np.array(self._solver.getSolution().col_value)
        return [int(place) for place in np.flatnonzero(np.abs(solution[:count] - solution[count:]) > _MOVED)]
