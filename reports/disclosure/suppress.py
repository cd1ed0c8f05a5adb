"""Secondary suppression: the cheapest further figures to hide, so that no sensitive one can be worked out.

Belongs here: a first choice by cheap movements, bettered by showing figures again, good for tables of any size, and for
those that are small enough the integer programme with cuts (Fischetti and Salazar 2001): choose, attack the choice,
forbid what the attack shows to be too little, choose again. Does not belong here: the audit of what is published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal

import highspy
import numpy as np

from reports.disclosure.attack import Numbers, System, solver, system_of
from reports.disclosure.description import Description
from reports.disclosure.flows import Movement
from reports.disclosure.primary import Sensitive
from reports.disclosure.seen import Need
from reports.disclosure.weigh import Breach, Scales

# Above this many figures the first choice stands, unless so few needs are left open by what must be hidden anyhow: the
# integer programme would take too long. Never a clock: the same tables must give the same choice on every machine.
EXACT_AT_MOST = 650
_FEW = 60
_ROUNDS = 60
_GAP = 0.02
_PASSES = 4
# The price of the dearest figure; the others are in proportion.
_DEAREST = 1000.0


@dataclass(frozen=True)
class Suppression:
    """The figures to hide: all of them, and whether the choice is proven to cost the least (within a fiftieth).

    ``is_protected`` is false where even hiding everything that may be hidden does not suffice, and ``lost`` are the
    sensitive figures for which it does not. ``movements`` are what was seen to move, for a further choice of the same.
    """

    hidden: frozenset[str]
    loss: Decimal
    is_protected: bool
    is_optimal: bool
    lost: frozenset[str] = frozenset()
    movements: tuple[Movement, ...] = field(default=(), repr=False)


def suppress(
    description: Description,
    sensitive: Mapping[str, Sensitive],
    losses: Mapping[str, Decimal],
    already_hidden: frozenset[str] = frozenset(),
    told: Mapping[str, Set[str]] | None = None,
    exact_at_most: int = EXACT_AT_MOST,
    movements: Sequence[Movement] = (),
    zeros_too: bool = False,
) -> Suppression:
    """Choose what to hide so that every sensitive figure stays as open as its levels ask, against every attacker.
    ``told`` are figures that an attacker, by its name, could work out before: they need no protection from that one.

    Zeros are never hidden for another figure's sake, as readers often know that a cell must be empty; but with
    ``zeros_too`` they are, at the price of the dearest figure, where else whole tables would be withheld.
    """
    system = system_of(description)
    must = np.array([name in sensitive or name in already_hidden for name in system.ids], dtype=bool)
    is_zero = system.values == 0
    may = must | (np.array([one.may_be_hidden for one in description.figures.values()]) & (zeros_too | ~is_zero))
    prices = np.array([float(losses[name]) for name in system.ids])
    prices = prices / max(prices.max(initial=1.0), 1e-9) * _DEAREST + 1e-3
    prices[is_zero] = _DEAREST
    scales = Scales(description, system, sensitive, prices, may, told or {}, movements)
    chosen, is_optimal, lost = _chosen(scales, must, exact_at_most)
    names = frozenset(name for name, is_hidden in zip(system.ids, chosen, strict=True) if is_hidden)
    further = [name for name, is_must in zip(system.ids, must, strict=True) if name in names and not is_must]
    loss = sum((losses[name] for name in further), Decimal(0))
    away = frozenset(system.ids[place] for place in lost)
    return Suppression(names, loss, not away, is_optimal, away, tuple(scales.seen.movements))


def _chosen(scales: Scales, must: Numbers, exact_at_most: int) -> tuple[Numbers, bool, set[int]]:
    """What to hide, whether that is proven to cost the least, and the figures that cannot be protected by it."""
    hard = [need for need in scales.needs if not scales.is_met(need, must)]
    is_solved = bool(hard) and (len(must) <= exact_at_most or len(hard) <= min(exact_at_most, _FEW))
    choices: list[Numbers] = []
    for order in _orders(scales, hard):
        choice = _first_choice(scales, must, order)
        if choice is None:
            return scales.may, False, {need.target for need in hard if scales.way(need, scales.may) is None}
        choices.append(_bettered(scales, must, choice, hard))
        if is_solved and len(choices) == 1:
            least, is_optimal = _cheapest(scales, must, choices[0])
            if is_optimal:  # the other orders could not better it
                return least, True, set()
    return min(choices, key=lambda choice: float(scales.prices[choice].sum())), not hard, set()


def _orders(scales: Scales, hard: list[Need]) -> list[list[Need]]:
    """The orders in which needs are met: the widest movements first, the narrowest first, the dearest figures first."""
    dear = sorted(hard, key=lambda need: (-scales.prices[need.target], need.target, need.is_up))
    return [hard, hard[::-1], dear, dear[::-1]]


def _first_choice(scales: Scales, must: Numbers, needs: Sequence[Need]) -> Numbers | None:
    """Meet need after need in the cheapest way: what one hides costs the next ones almost nothing, and what has been
    met stays met. None if some need cannot be met, whatever is hidden.
    """
    hidden = must.copy()
    for need in needs:
        if scales.is_seen(need, hidden):
            continue
        way = scales.way(need, hidden)
        if way is None:
            return None
        hidden[way.places] = True
    return hidden


def _bettered(scales: Scales, must: Numbers, hidden: Numbers, hard: Sequence[Need]) -> Numbers:
    """Show figures again, the dearest first, if what then must be hidden in their place costs less, until none can."""
    for _ in range(_PASSES):
        before = hidden
        extra = np.flatnonzero(hidden & ~must)
        for place in sorted(extra, key=lambda place: (-scales.prices[place], place)):
            if hidden[place]:
                hidden = _without(scales, hidden, int(place), hard)
        if hidden is before:
            break
    return hidden


def _without(scales: Scales, hidden: Numbers, place: int, hard: Sequence[Need]) -> Numbers:
    """The choice with this figure shown and others hidden for it, if they cost less; else the same choice."""
    tried = hidden.copy()
    tried[place] = False
    saved = float(scales.prices[place])
    for need in hard:
        if scales.is_seen(need, tried):
            continue
        way = scales.way(need, tried)
        if way is None or way.price >= saved - 1e-9:
            return hidden
        saved -= way.price
        tried[way.places] = True
    return tried


def _cheapest(scales: Scales, must: Numbers, found: Numbers) -> tuple[Numbers, bool]:
    """The integer programme; the choice found before is its upper bound and stands if the cuts run out of rounds."""
    best = float(scales.prices[found & ~must].sum())
    master = _Master(scales.prices, must, scales.may)
    for _ in range(_ROUNDS):
        chosen, bound = master.solve()
        if chosen is None or bound >= best * (1 - _GAP) - 1e-6:
            return found, chosen is not None
        breaches = scales.breaches(chosen)
        if not breaches:
            return chosen, True
        for breach in breaches:
            master.forbid(scales.system, breach, chosen)
    return found, False


class _Master:
    """Which figures to hide at least cost, under the cuts found so far."""

    def __init__(self, prices: Numbers, must: Numbers, may: Numbers) -> None:
        self._solver = solver(mip_rel_gap=_GAP, mip_max_nodes=20000)
        count = len(prices)
        low, high = must.astype(float), may.astype(float)
        none = np.array([], dtype=np.int32)
        cost = np.where(must, 0.0, prices)
        self._solver.addCols(count, cost, low, high, 0, none, none, np.array([], dtype=float))
        whole = np.array([highspy.HighsVarType.kInteger] * count)
        self._solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), whole)
        self._may = may

    def solve(self) -> tuple[Numbers | None, float]:
        """The cheapest choice and a lower bound of what any choice costs."""
        self._solver.run()
        if self._solver.getModelStatus() not in (
            highspy.HighsModelStatus.kOptimal,
            highspy.HighsModelStatus.kSolutionLimit,
        ):
            return None, 0.0
        bound = self._solver.getInfo().mip_dual_bound
        return np.array(self._solver.getSolution().col_value) > 0.5, float(bound)

    def forbid(self, system: System, breach: Breach, chosen: Numbers) -> None:
        """Weak duality: what the hidden figures can contribute to the movement must reach what is wanted."""
        knowledge, prices, wanted = breach.knowledge, breach.prices, breach.wanted
        worth = np.where(prices > 1e-9, wanted, 0.0)
        falling = prices < -1e-9
        worth[falling] = np.minimum(-prices[falling] * system.room_below[falling], wanted)
        for place, least in knowledge.least.items():
            if falling[place]:
                room = max(0.0, system.values[place] - least)
                worth[place] = min(-prices[place] * room, wanted)
        for place in knowledge.known:
            worth[place] = 0.0
        worth[breach.need.target] = 0.0
        worth = np.where(self._may, worth / wanted, 0.0)
        places = np.flatnonzero(worth > 1e-7).astype(np.int32)
        if worth[chosen].sum() >= 1:  # the prices say nothing new: at least one more figure
            places = np.flatnonzero(self._may & ~chosen).astype(np.int32)
            worth = np.ones(len(worth))
        self._solver.addRow(1.0, highspy.kHighsInf, len(places), places, worth[places])
