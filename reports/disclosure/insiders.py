"""Which contributors could rule a movement out, because they know their own amounts in the figures that move.

Belongs here: that look-up alone, for hundreds of contributors at once. Does not belong here: finding movements (flows).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from reports.disclosure.attack import Knowledge, Numbers, System
from reports.disclosure.flows import Movement

_TOLERANCE = 1e-7


class Insiders:
    """All contributors by the figures to which they contribute."""

    def __init__(self, system: System, insiders: Sequence[Knowledge]) -> None:
        self.all = tuple(insiders)
        self._system = system
        at: dict[int, list[tuple[int, float]]] = defaultdict(list)
        owners: dict[int, set[int]] = defaultdict(set)
        for number, one in enumerate(insiders):
            for place, least in one.least.items():
                at[place].append((number, max(0.0, system.values[place] - least)))
            for place in one.known:
                owners[place].add(number)
        self._who = {place: np.array([number for number, _ in told]) for place, told in at.items()}
        self._room = {place: np.array([room for _, room in told]) for place, told in at.items()}
        self._owners = dict(owners)

    def share(self, number: int, target: int) -> float:
        """How much of the figure's protection is owed against this contributor; nothing if the figure is its own."""
        if number in self._owners.get(target, ()):
            return 0.0
        return float(self.all[number].shares.get(target, 1.0))

    def doubting(self, target: int, movement: Movement) -> list[Knowledge]:
        """Those who know that the figures cannot move so, scaled to what is owed to them of the target."""
        doubts: set[int] = set()
        for place, moved in zip(movement.places, movement.moved, strict=True):
            at = int(place)
            doubts |= {number for number in self._owners.get(at, ()) if self.share(number, target)}
            if moved < 0 and at in self._who:
                tight = np.flatnonzero(self._room[at] < -moved - _TOLERANCE)
                doubts |= {
                    int(number)
                    for number, room in zip(self._who[at][tight], self._room[at][tight], strict=True)
                    if room < -moved * self.share(int(number), target) - _TOLERANCE
                }
        return [self.all[number] for number in sorted(doubts)]


def places_of(movements: Sequence[Movement]) -> Numbers:
    """The figures that move in any of these movements."""
    return np.unique(np.concatenate([movement.places for movement in movements]))
