"""Whether a choice of hidden figures protects those that must be, and the cheapest way to mend it where it does not.

Belongs here: every need (which figure, to which side, how far) held against readers and against each contributor, with
as few programmes as possible: what was seen to move (seen) shows that needs are met for every choice that hides the
figures that move. Does not belong here: choosing (suppress).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from reports.disclosure.attack import READER, Attack, Knowledge, Numbers, System, attackers, everybody, is_enough
from reports.disclosure.description import Description
from reports.disclosure.flows import Flows, Movement
from reports.disclosure.insiders import Insiders, places_of
from reports.disclosure.primary import Sensitive
from reports.disclosure.seen import Need, Seen

# Movements narrower than this are asked for this wide, as the solver cannot tell less from nothing.
_NARROW = 1e-2
# From so many doubting contributors on, a movement that nobody doubts is looked for before one for each of them.
_MANY = 3
# Of each sum, so many of the widest figures are tried first.
_CORE = 4
# A price that is none: of figures that are hidden anyhow.
_NOTHING = 1e-9


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
        movements: Iterable[Movement] = (),
    ) -> None:
        self.system, self.prices, self.may = system, prices, may
        self.attack = Attack(system)
        self._insiders = Insiders(system, attackers(description, system, told))
        self._by_name = {one.name: one for one in self._insiders.all}
        self._all = everybody(self._insiders.all)
        self.needs = _needs(system, sensitive)
        self.seen = Seen(system, self._insiders, movements)
        self._asked: set[Need] = set()
        must = np.zeros(len(system.ids), dtype=bool)
        must[[need.target for need in self.needs]] = True
        self._core = Flows(system, prices, self._widest(must), self._all)
        self._core.free(must)
        columns = np.flatnonzero(may)
        self._together = Flows(system, prices, columns, self._all)
        self._apart = Flows(system, prices, columns, READER) if self._insiders.all else self._together

    def is_seen(self, need: Need, hidden: Numbers) -> bool:
        """Whether what was seen to move among these hidden figures meets the need against everybody."""
        return self.seen.left(need, hidden) == []

    def is_met(self, need: Need, hidden: Numbers) -> bool:
        """Whether a need is seen to be met by hidden figures alone."""
        return self._doubting(need, hidden) is None

    def way(self, need: Need, hidden: Numbers) -> Way | None:
        """A cheap way to meet a need: the cheaper of one that nobody doubts, and one for readers with others for those
        who doubt it. None if there is none, whatever is hidden.
        """
        one = self._at_once(need, hidden)
        if one is not None and (one.price == 0 or not self._insiders.all):
            return one
        several = self._one_by_one(need, hidden, one.price if one is not None else np.inf)
        return several if isinstance(several, Way) else one

    def breaches(self, hidden: Numbers) -> list[Breach]:
        """The needs that this choice leaves unmet, each against readers or else against those who know more."""
        found = []
        for need in self.needs:
            doubting = self._doubting(need, hidden)
            if doubting is not None:
                found += self._unmet(need, hidden, doubting)
        return found

    def _doubting(self, need: Need, hidden: Numbers) -> Knowledge | None:
        """Somebody against whom hidden figures alone are not seen to meet a need; None if they are against all."""
        if self.is_seen(need, hidden):
            return None
        if need not in self._asked:
            self._asked.add(need)
            self._moved(self._core, need, 1.0)
            if self.is_seen(need, hidden):
                return None
        left = self.seen.left(need, hidden)
        if left is not None and len(left) > _MANY:
            one = self._at_once(need, hidden)
            if one is not None and one.price == 0:
                return None
        several = self._one_by_one(need, hidden, _NOTHING)
        return several if isinstance(several, Knowledge) else None

    def _at_once(self, need: Need, hidden: Numbers) -> Way | None:
        """The cheapest movement that nobody doubts, whatever anybody knows."""
        self._together.free(hidden)
        movement = self._moved(self._together, need, 1.0)
        if movement is None:
            return None
        then = hidden.copy()
        then[movement.places] = True
        return self._way(hidden, [movement]) if self.is_seen(need, then) else None

    def _one_by_one(self, need: Need, hidden: Numbers, below: float) -> Way | Knowledge:
        """Movements against readers, and against each who doubts what was seen to move, if cheaper than ``below``; else
        the one against whom it came to more, or against whom nothing helps.
        """
        then = hidden.copy()
        found: list[Movement] = []
        price = 0.0
        done: set[int] = set()
        left = self.seen.left(need, then)
        while left is None or left:
            knowledge = READER if left is None else self._insiders.all[left[0]]
            self._apart.suppose(knowledge)
            self._apart.free(then)
            share = knowledge.shares.get(need.target, 1.0)
            movement = self._moved(self._apart, need, share)
            if movement is None or (share < 1.0 and self._rules_out(knowledge, need, share)):
                return knowledge
            price += self._price(then, movement)
            if price >= below:
                return knowledge
            then[movement.places] = True
            found.append(movement)
            if left:
                done.add(left[0])
            elif self.seen.left(need, then) is None:
                return READER  # within the solver's tolerance alone
            left = [number for number in self.seen.left(need, then) or () if number not in done]
        return self._way(hidden, found)

    def _rules_out(self, knowledge: Knowledge, need: Need, share: float) -> bool:
        """Whether the attacker's own amount in the figure forbids the movement of the figure itself."""
        least = knowledge.least.get(need.target)
        return (
            not need.is_up
            and least is not None
            and self.system.values[need.target] - need.wanted * share < least - 1e-6
        )

    def _unmet(self, need: Need, hidden: Numbers, doubting: Knowledge) -> list[Breach]:
        """The breach against the one who is thought to doubt, or else against another."""
        for knowledge in dict.fromkeys((doubting.name, READER.name, *self._by_name)):
            found = self._breach(need, hidden, self._by_name.get(knowledge, READER))
            if found is not None:
                return [found]
        return []

    def shortfall(self, need: Need, parts: Numbers) -> Breach | None:
        """The breach against readers if only parts of figures are hidden, and each can move by its part as far as the
        need asks; None if that is enough.
        """
        up, down = READER.rooms(self.system)
        low, high = -np.minimum(down, need.wanted) * parts, np.minimum(up, need.wanted) * parts
        reached, _, prices = self.attack.reach(need.target, need.is_up, need.wanted, low, high)
        return None if is_enough(reached, need.wanted) else Breach(need, need.wanted, READER, prices)

    def _breach(self, need: Need, hidden: Numbers, knowledge: Knowledge) -> Breach | None:
        if need.target in knowledge.known:
            return None
        wanted = need.wanted * knowledge.shares.get(need.target, 1.0)
        low, high = self.attack.bounds(hidden, knowledge)
        reached, _, prices = self.attack.reach(need.target, need.is_up, wanted, low, high)
        return None if is_enough(reached, wanted) else Breach(need, wanted, knowledge, prices)

    def _moved(self, flows: Flows, need: Need, share: float) -> Movement | None:
        """The cheapest movement that meets a need, asked for wider where it is too narrow for the solver."""
        moved = need.moved * share
        found = None
        if abs(moved) < _NARROW and (need.is_up or self.system.room_below[need.target] >= _NARROW):
            found = flows.cheapest(need.target, np.copysign(_NARROW, moved))
        if found is None:
            found = flows.cheapest(need.target, moved)
        if found is not None:
            self.seen.note(found)
        return found

    def _price(self, hidden: Numbers, movement: Movement) -> float:
        return float(self.prices[movement.places[~hidden[movement.places]]].sum())

    def _way(self, hidden: Numbers, movements: list[Movement]) -> Way:
        places = places_of(movements)
        return Way(places, float(self.prices[places[~hidden[places]]].sum()))

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
