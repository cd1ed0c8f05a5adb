"""Whether a choice of hidden figures protects those that must be, and the cheapest way to mend it where it does not.

Belongs here: every need (which figure, to which side, how far) held against readers and against each contributor, with
as few programmes as possible: a movement that nobody can rule out shows that a need is met, and goes on showing it for
every choice that hides the figures that move. Does not belong here: choosing (suppress).
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from reports.disclosure.attack import READER, Attack, Knowledge, Numbers, System, attackers, everybody, is_enough
from reports.disclosure.description import Description
from reports.disclosure.flows import Flows, Movement
from reports.disclosure.insiders import Insiders, places_of
from reports.disclosure.primary import Sensitive

# Movements narrower than this are asked for this wide, as the solver cannot tell less from nothing.
_NARROW = 1e-2
# Of each sum, so many of the widest figures are tried first.
_CORE = 4
# A price that is none: of figures that are hidden anyhow.
_NOTHING = 1e-9


@dataclass(frozen=True)
class Need:
    """A figure (by index) that must be able to move this far to one side, whatever anybody knows."""

    target: int
    is_up: bool
    wanted: float

    @property
    def moved(self) -> float:
        """The movement, with its sign."""
        return self.wanted if self.is_up else -self.wanted


@dataclass(frozen=True)
class Breach:
    """A need that is not met against somebody, with what each figure's secrecy would be worth to it."""

    need: Need
    wanted: float
    knowledge: Knowledge
    prices: Numbers


@dataclass(frozen=True)
class Way:
    """Figures that move so that a need is met against everybody; its price is that of those not hidden yet."""

    places: Numbers
    price: float


class Scales:
    """Weighs choices of hidden figures of one system."""

    def __init__(
        self,
        description: Description,
        system: System,
        sensitive: Mapping[str, Sensitive],
        prices: Numbers,
        may: Numbers,
        told: Mapping[str, Set[str]],
    ) -> None:
        self.system, self.prices, self.may = system, prices, may
        self.attack = Attack(system)
        self._insiders = Insiders(system, attackers(description, system, told))
        self._all = everybody(self._insiders.all)
        self.needs = _needs(system, sensitive)
        self._proofs: dict[Need, list[Numbers]] = {need: [] for need in self.needs}
        must = np.zeros(len(system.ids), dtype=bool)
        must[[need.target for need in self.needs]] = True
        self._core = Flows(system, prices, self._widest(must), self._all)
        self._core.free(must)
        columns = np.flatnonzero(may)
        self._together = Flows(system, prices, columns, self._all)
        self._apart = Flows(system, prices, columns, READER) if self._insiders.all else self._together

    def proof(self, need: Need, hidden: Numbers) -> Numbers | None:
        """The figures that were seen to move in meeting this need, if all of them are hidden in this choice."""
        return next((places for places in self._proofs[need] if hidden[places].all()), None)

    def is_met(self, need: Need, hidden: Numbers) -> bool:
        """Whether a need is seen to be met by hidden figures alone, and remember how."""
        if self.proof(need, hidden) is not None:
            return True
        way = self.quick_way(need) or self.way(need, hidden, below=_NOTHING)
        return way is not None and way.price == 0

    def quick_way(self, need: Need) -> Way | None:
        """A way among the widest figures that must be hidden anyhow."""
        found = self._moved(self._core, need, 1.0)
        if found is None or self._insiders.doubting(need.target, found):
            return None
        return self._remembered(need, [found], 0.0)

    def way(self, need: Need, hidden: Numbers, below: float = np.inf) -> Way | None:
        """A cheap way to meet a need: the cheaper of one that nobody doubts, and one for readers with others for those
        who doubt it. None if there is none, whatever is hidden.
        """
        self._together.free(hidden)
        one = self._moved(self._together, need, 1.0)
        if one is not None and self._insiders.doubting(need.target, one):
            one = None
        price = self._price(hidden, [one]) if one is not None else np.inf
        if one is not None and (price == 0 or not self._insiders.all):
            return self._remembered(need, [one], price)
        several = self._one_by_one(need, hidden, min(price, below))
        if several is not None:
            return self._remembered(need, several, self._price(hidden, several))
        return self._remembered(need, [one], price) if one is not None else None

    def breaches(self, hidden: Numbers) -> list[Breach]:
        """The needs that this choice leaves unmet, each against readers or else against those who know more."""
        return [breach for need in self.needs if not self.is_met(need, hidden) for breach in self._unmet(need, hidden)]

    def _one_by_one(self, need: Need, hidden: Numbers, below: float) -> list[Movement] | None:
        """A movement against readers and one against each who doubts those before it, if cheaper than ``below``."""
        hidden = hidden.copy()
        found: list[Movement] = []
        price = 0.0
        left: list[Knowledge] = [READER]
        while left:
            knowledge = left[0]
            self._apart.suppose(knowledge)
            self._apart.free(hidden)
            share = knowledge.shares.get(need.target, 1.0)
            movement = self._moved(self._apart, need, share)
            if movement is None or (share < 1.0 and self._rules_out(knowledge, need, share)):
                return None
            price += self._price(hidden, [movement])
            if price >= below:
                return None
            hidden[movement.places.astype(int)] = True
            found.append(movement)
            doubting = {one.name: one for one in self._insiders.doubting(need.target, movement)}
            if knowledge is READER:
                left = list(doubting.values())
            elif share < 1.0:  # less than what is owed to the others
                left = left[1:]
            else:
                left = [one for one in left[1:] if one.name in doubting]
        return found

    def _rules_out(self, knowledge: Knowledge, need: Need, share: float) -> bool:
        """Whether the attacker's own amount in the figure forbids the movement of the figure itself."""
        least = knowledge.least.get(need.target)
        return (
            not need.is_up
            and least is not None
            and self.system.values[need.target] - need.wanted * share < least - 1e-6
        )

    def _unmet(self, need: Need, hidden: Numbers) -> list[Breach]:
        for knowledge in (READER, *self._insiders.all):
            if need.target in knowledge.known:
                continue
            wanted = need.wanted * knowledge.shares.get(need.target, 1.0)
            low, high = self.attack.bounds(hidden, knowledge)
            reached, _, prices = self.attack.reach(need.target, need.is_up, wanted, low, high)
            if not is_enough(reached, wanted):
                return [Breach(need, wanted, knowledge, prices)]
        return []

    def _moved(self, flows: Flows, need: Need, share: float) -> Movement | None:
        """The cheapest movement that meets a need, asked for wider where it is too narrow for the solver."""
        moved = need.moved * share
        if abs(moved) < _NARROW and (need.is_up or self.system.room_below[need.target] >= _NARROW):
            wider = flows.cheapest(need.target, np.copysign(_NARROW, moved))
            if wider is not None:
                return Movement(wider.places, wider.moved * abs(moved) / _NARROW)
        return flows.cheapest(need.target, moved)

    def _price(self, hidden: Numbers, movements: list[Movement]) -> float:
        places = places_of(movements)
        return float(self.prices[places[~hidden[places]]].sum())

    def _remembered(self, need: Need, movements: list[Movement], price: float) -> Way:
        places = places_of(movements)
        if not any(np.array_equal(places, known) for known in self._proofs[need]):
            self._proofs[need].append(places)
        return Way(places, price)

    def _widest(self, must: Numbers) -> Numbers:
        """Of each sum the figures with most room, whoever looks, among those that are hidden anyhow."""
        up, down = self._all.rooms(self.system)
        open_ones = must & (up > 0)
        by_row = self.system.matrix.tocsr()
        chosen: set[int] = set()
        for row in range(by_row.shape[0]):
            places = by_row.indices[by_row.indptr[row] : by_row.indptr[row + 1]]
            places = places[open_ones[places]]
            chosen |= {int(place) for place in places[np.argsort(-down[places], kind="stable")[:_CORE]]}
        return np.array(sorted(chosen), dtype=np.int32)


def _needs(system: System, sensitive: Mapping[str, Sensitive]) -> list[Need]:
    """Both sides of every sensitive figure, the widest movements first: what they need hidden serves many others."""
    found = []
    for place, identity in enumerate(system.ids):
        if identity in sensitive:
            one = sensitive[identity]
            found += [Need(place, True, _scaled(one.upper, system)), Need(place, False, _scaled(one.lower, system))]
    found = [need for need in found if need.wanted > 0]
    return sorted(found, key=lambda need: (-need.wanted, need.target, need.is_up))


def _scaled(level: Decimal, system: System) -> float:
    return float(level) * system.scale
