"""The protector's view of an attacker: how far a hidden figure can move while all that is published stays true.

Belongs here: the linear programme of deviations over all linked tables, solved by HiGHS, with the price of each
figure's secrecy. Does not belong here: what to hide (suppress), or the audit, which must not share this code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csc_matrix

from reports.disclosure.description import Description
from reports.errors import ReportError

_NEAR = 1e-6
_LARGEST = 1e5
Numbers = np.ndarray


@dataclass(frozen=True)
class Knowledge:
    """What an attacker knows of the hidden figures beside what is published: by index, the least that each can be.

    ``shares`` says how much of a figure's protection is owed against this attacker: where it contributes itself, the
    largest of the others is to be protected from it, not the attacker from itself.
    """

    name: str
    least: Mapping[int, float]
    known: frozenset[int] = frozenset()
    shares: Mapping[int, float] = field(default_factory=dict)

    def rooms(self, system: System) -> tuple[Numbers, Numbers]:
        """How far each figure could move up and down for this attacker if it were hidden."""
        up, down = np.full(len(system.ids), highspy.kHighsInf), system.room_below.copy()
        if self.least:
            places = np.fromiter(self.least, dtype=int)
            least = np.fromiter(self.least.values(), dtype=float)
            down[places] = np.minimum(down[places], np.maximum(0.0, system.values[places] - least))
        if self.known:
            places = np.fromiter(self.known, dtype=int)
            up[places] = down[places] = 0.0
        return up, down


READER = Knowledge("a reader", {})


@dataclass(frozen=True)
class System:
    """The equalities over figures as numbers; values are scaled so that the largest is a round hundred thousand."""

    ids: tuple[str, ...]
    values: Numbers
    matrix: csc_matrix
    scale: float
    room_below: Numbers


def system_of(description: Description) -> System:
    """The exact equalities of a description. Bands (rounded shares) are none: what hangs on a hidden figure is hidden
    with it before, and the auditor looks at all of them.
    """
    ids = tuple(description.figures)
    places = {identity: place for place, identity in enumerate(ids)}
    values = np.array([float(figure.value) for figure in description.figures.values()])
    scale = _LARGEST / max(1.0, float(np.abs(values).max(initial=0.0)))
    rows, columns, factors, count = [], [], [], 0
    for relation in description.relations:
        if relation.low != relation.high:
            continue
        for identity, factor in relation.terms:
            rows.append(count)
            columns.append(places[identity])
            factors.append(float(factor))
        count += 1
    matrix = csc_matrix((factors, (rows, columns)), shape=(count, len(ids)))
    scaled = values * scale
    room = np.where(values < 0, np.inf, scaled)
    return System(ids, scaled, matrix, scale, room)


def solver(**options: Any) -> Any:
    """HiGHS without a word and on one thread, so that the answer is the same on every machine."""
    # The public class prints a banner when it is made; the one beneath it does not.
    made = highspy._Highs()  # type: ignore[attr-defined]
    for option, value in {"output_flag": False, "threads": 1, **options}.items():
        made.setOptionValue(option, value)
    return made


class Attack:
    """One linear programme, kept warm: deviations of all figures that keep every equality."""

    def __init__(self, system: System) -> None:
        self.system = system
        self._count = len(system.ids)
        self._all = np.arange(self._count, dtype=np.int32)
        self._solver = solver(presolve="off", simplex_strategy=4)
        model = highspy.HighsLp()
        rows = system.matrix.shape[0]
        model.num_col_, model.num_row_ = self._count, rows
        model.col_cost_ = np.zeros(self._count)
        model.col_lower_ = np.zeros(self._count)
        model.col_upper_ = np.zeros(self._count)
        model.row_lower_ = np.zeros(rows)
        model.row_upper_ = np.zeros(rows)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = system.matrix.indptr
        model.a_matrix_.index_ = system.matrix.indices
        model.a_matrix_.value_ = system.matrix.data
        model.sense_ = highspy.ObjSense.kMaximize
        self._solver.passModel(model)

    def bounds(self, hidden: Numbers, knowledge: Knowledge) -> tuple[Numbers, Numbers]:
        """How far each figure may move down and up for this attacker: not at all if it is published or known."""
        up, down = knowledge.rooms(self.system)
        return np.where(hidden, -down, 0.0), np.where(hidden, up, 0.0)

    def reach(
        self, target: int, up: bool, wanted: float, low: Numbers, high: Numbers
    ) -> tuple[float, Numbers, Numbers]:
        """How far the target can move in one direction, at most ``wanted``; the deviations and the prices."""
        sign = 1.0 if up else -1.0
        low, high = low.copy(), high.copy()
        if up:
            high[target] = min(high[target], wanted)
        else:
            low[target] = max(low[target], -wanted)
        cost = np.zeros(self._count)
        cost[target] = sign
        moved, prices = self._solved(cost, low, high)
        return sign * float(moved[target]), moved, prices

    def _solved(self, cost: Numbers, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
        self._solver.changeColsCost(self._count, self._all, cost)
        self._solver.changeColsBounds(self._count, self._all, low, high)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            self._solver.clearSolver()
            self._solver.run()
            status = self._solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise ReportError(
                f"Disclosure control could not tell how well the tables are protected (the solver ended as {status}). "
                "Nothing was published. Withhold the table (profile withheld) and ask the statistics unit."
            )
        solution = self._solver.getSolution()
        return np.array(solution.col_value), np.array(solution.col_dual)


def is_enough(reached: float, wanted: float) -> bool:
    """Whether a movement is as wide as wanted, within what the solver can tell."""
    return reached >= wanted * (1 - _NEAR) - _NEAR


def attackers(description: Description, system: System, told: Mapping[str, Set[str]] | None = None) -> list[Knowledge]:
    """Each contributor with what it knows of itself: its own amounts everywhere, and whole figures that are its own. No
    protection is owed to it of what it was ``told`` before, by its name.

    A contributor to one figure alone knows no more of it than the rules allow for, unless the figure is its own.
    """
    places = {identity: place for place, identity in enumerate(system.ids)}
    own: dict[str, dict[int, float]] = {}
    alone: dict[str, set[int]] = {}
    shares: dict[str, dict[int, float]] = {}
    for figure in description.figures.values():
        place = places[figure.id]
        amounts = {name: amount for name, amount in (figure.contributions or {}).items() if amount}
        sizes = sorted(map(abs, amounts.values()), reverse=True)
        only_adds = min(amounts.values(), default=0) >= 0  # where others take away, the figure may be below one's own
        for name, amount in amounts.items():
            if amount > 0 and only_adds:
                own.setdefault(name, {})[place] = float(amount) * system.scale
            if len(amounts) == 1 and figure.is_printed:  # nobody is told that it stands alone in what no report prints
                alone.setdefault(name, set()).add(place)
            elif abs(amount) == sizes[0]:
                shares.setdefault(name, {})[place] = float(sizes[1] / sizes[0]) if len(amounts) > 1 else 0.0
    return [
        Knowledge(
            f"the contributor {name}",
            own.get(name, {}),
            frozenset(alone.get(name, ())),
            shares.get(name, {}) | {places[one]: 0.0 for one in (told or {}).get(f"the contributor {name}", ())},
        )
        for name in sorted({*own, *alone})
        if len(own.get(name, ())) > 1 or name in alone
    ]


def everybody(insiders: Sequence[Knowledge]) -> Knowledge:
    """One who knows what any of them knows: what is safe from him is safe from each of them, and from readers."""
    least: dict[int, float] = {}
    known: set[int] = set()
    for one in insiders:
        known |= one.known
        for place, amount in one.least.items():
            least[place] = max(amount, least.get(place, 0.0))
    return Knowledge("everybody together", least, frozenset(known)) if insiders else READER
