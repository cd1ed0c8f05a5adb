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

# Up to so many figures, or where so few needs are left open by what must be hidden anyhow, the integer programme has
# all the effort that it may need; up to some more it has a little. Never a clock: the same tables must give the same
# choice on every machine.
EXACT_AT_MOST = 650
_FEW = 60
_BRIEFLY_AT_MOST = 1500
_ROUNDS = 60
_GAP = 0.02
# The relaxed programme: so many rounds, or so many attacks in large tables; it ends where a round adds hardly anything.
_RELAXED, _ATTACKS = 40, 6000
_SLOW = 1e-3
_NEW = 1e-4
# A figure of which more than this is hidden in the relaxed programme is hidden to begin with.
_MOST = 0.4
_PASSES = 4
_NEAR = 1e-6
# Steps of the simplex method that the integer programmes may take together, and nodes that one of them may: those of
# tables of three ways take many.
_EFFORT, _NODES = (12_000, 500_000), (1_000, 20_000)
# The price of the dearest figure; the others are in proportion.
_DEAREST = 1000.0


@dataclass(frozen=True)
class Suppression:
    """The figures to hide. By ``gap`` of itself their loss may exceed the least possible, as far as is proven;
    the choice ``is_optimal`` if that is no more than a fiftieth.

    ``is_protected`` is false where even hiding everything that may be hidden does not suffice, and ``lost`` are the
    sensitive figures for which it does not. ``movements`` are what was seen to move, for a further choice of the same.
    """

    hidden: frozenset[str]
    loss: Decimal
    is_protected: bool
    is_optimal: bool
    lost: frozenset[str] = frozenset()
    gap: float = 1.0
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
    chosen, gap, lost = _chosen(scales, must, exact_at_most)
    names = frozenset(name for name, is_hidden in zip(system.ids, chosen, strict=True) if is_hidden)
    further = [name for name, is_must in zip(system.ids, must, strict=True) if name in names and not is_must]
    loss = sum((losses[name] for name in further), Decimal(0))
    away = frozenset(system.ids[place] for place in lost)
    is_optimal = gap <= _GAP + _NEAR
    return Suppression(names, loss, not away, is_optimal, away, gap, tuple(scales.seen.movements))


def _chosen(scales: Scales, must: Numbers, exact_at_most: int) -> tuple[Numbers, float, set[int]]:
    """What to hide, by how much of itself that may cost more than the least, and the figures that it does not save."""
    hard = [need for need in scales.needs if not scales.is_met(need, must)]
    is_whole = len(must) <= exact_at_most or len(hard) <= min(exact_at_most, _FEW)
    is_solved = is_whole or (exact_at_most > 0 and len(must) <= _BRIEFLY_AT_MOST)
    if not hard:
        return must, 0.0, set()
    choices: list[Numbers] = []
    master = _Master(scales.prices, must, scales.may, is_whole)
    bound = 0.0
    for order in _orders(scales, hard):
        choice = _first_choice(scales, must, order)
        if choice is None:
            return scales.may, 1.0, {need.target for need in hard if scales.way(need, scales.may) is None}
        choices.append(_bettered(scales, must, choice, hard))
        if len(choices) == 1:
            rounds = _RELAXED if is_solved else min(_RELAXED, _ATTACKS // len(hard))
            parts, bound = _relaxed(scales, master, hard, rounds)
            guided = _guided(scales, must, hard, parts)
            choices += [guided] if guided is not None else []
        if is_solved and order is hard and _gap(scales, must, _least(scales, choices), bound) > _GAP:
            least, bound = _cheapest(scales, master, must, _least(scales, choices), bound)
            choices.append(least)
        if _gap(scales, must, _least(scales, choices), bound) <= _GAP:
            break  # the other orders could not better it
    chosen = _least(scales, choices)
    return chosen, _gap(scales, must, chosen, bound), set()


def _gap(scales: Scales, must: Numbers, choice: Numbers, bound: float) -> float:
    cost = float(scales.prices[choice & ~must].sum())
    return max(0.0, cost - bound) / cost if cost else 0.0


def _least(scales: Scales, choices: Sequence[Numbers]) -> Numbers:
    return min(choices, key=lambda choice: float(scales.prices[choice].sum()))


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


def _relaxed(scales: Scales, master: _Master, hard: Sequence[Need], rounds: int) -> tuple[Numbers, float]:
    """The relaxed programme, in which a figure may be hidden in part, under the cuts that readers' attacks on it give:
    what it hides for the most part is a good beginning, and the programme over whole figures needs fewer rounds.
    """
    parts, now = master.relaxed()
    least = now
    for _ in range(rounds):
        breaches = [breach for need in hard if (breach := scales.shortfall(need, parts)) is not None]
        if not sum(master.forbid_parts(scales.system, breach, parts) for breach in breaches):
            break
        parts, now = master.relaxed()
        if now < least + _SLOW * abs(least):
            break
        least = now
    return parts, now


def _guided(scales: Scales, must: Numbers, hard: Sequence[Need], parts: Numbers) -> Numbers | None:
    """A first choice that begins with what the relaxed programme hides for the most part."""
    begun = _first_choice(scales, must | (parts > _MOST), hard)
    return None if begun is None else _bettered(scales, must, begun, hard)


def _cheapest(scales: Scales, master: _Master, must: Numbers, found: Numbers, least: float) -> tuple[Numbers, float]:
    """The integer programme, and what no choice costs less than; the choice found before is its upper bound and stands
    if the cuts run out of rounds or the programme of its effort.
    """
    best = float(scales.prices[found & ~must].sum())
    master.make_whole()
    for _ in range(_ROUNDS):
        chosen, bound = master.solve()
        least = max(least, bound)
        if chosen is None or least >= best * (1 - _GAP) - 1e-6:
            break
        breaches = scales.breaches(chosen)
        if not breaches:
            return chosen, least
        for breach in breaches:
            master.forbid(scales.system, breach, chosen)
    return found, least


class _Master:
    """Which figures to hide at least cost, under the cuts found so far."""

    def __init__(self, prices: Numbers, must: Numbers, may: Numbers, is_whole: bool) -> None:
        self._solver = solver(mip_rel_gap=_GAP, mip_max_nodes=_NODES[is_whole])
        self._left = _EFFORT[is_whole]
        count = len(prices)
        low, high = must.astype(float), may.astype(float)
        none = np.array([], dtype=np.int32)
        cost = np.where(must, 0.0, prices)
        self._solver.addCols(count, cost, low, high, 0, none, none, np.array([], dtype=float))
        self._may = may

    def make_whole(self) -> None:
        """From now on a figure is hidden or not."""
        count = len(self._may)
        whole = np.array([highspy.HighsVarType.kInteger] * count)
        self._solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), whole)

    def relaxed(self) -> tuple[Numbers, float]:
        """How much of each figure is hidden if parts of it may be, and what that costs: no choice costs less."""
        self._solver.run()
        return np.array(self._solver.getSolution().col_value), float(self._solver.getObjectiveValue())

    def solve(self) -> tuple[Numbers | None, float]:
        """The cheapest choice, none if that would take too long, and what no choice costs less than."""
        if self._left < 0:
            return None, 0.0
        self._solver.run()
        info = self._solver.getInfo()
        self._left -= max(0, info.simplex_iteration_count)
        if self._solver.getModelStatus() not in (
            highspy.HighsModelStatus.kOptimal,
            highspy.HighsModelStatus.kSolutionLimit,
        ):
            return None, 0.0
        return np.array(self._solver.getSolution().col_value) > 0.5, float(info.mip_dual_bound)

    def forbid(self, system: System, breach: Breach, chosen: Numbers) -> None:
        """Ask for more than this choice hides."""
        worth = self._worth(system, breach)
        if worth[chosen].sum() >= 1:  # the prices say nothing new: at least one more figure
            worth = np.where(self._may & ~chosen, 1.0, 0.0)
        self._add(worth)

    def forbid_parts(self, system: System, breach: Breach, parts: Numbers) -> bool:
        """Ask for more than these parts hide; not if the prices say nothing new."""
        worth = self._worth(system, breach)
        is_new = float(worth @ parts) < 1 - _NEW
        if is_new:
            self._add(worth)
        return is_new

    def _add(self, worth: Numbers) -> None:
        places = np.flatnonzero(worth > 1e-7).astype(np.int32)
        self._solver.addRow(1.0, highspy.kHighsInf, len(places), places, worth[places])

    def _worth(self, system: System, breach: Breach) -> Numbers:
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
        return np.where(self._may, worth / wanted, 0.0)
