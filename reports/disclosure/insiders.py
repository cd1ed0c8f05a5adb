"""How far contributors let a movement go, because they know their own amounts in the figures that move.

Belongs here: that look-up alone, for hundreds of contributors at once. Does not belong here: finding movements (flows).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from reports.disclosure.attack import Knowledge, Numbers, System
from reports.disclosure.flows import Movement

# Figures that move further than they can by no more than this: the solver cannot tell it from nothing.
TOLERANCE = 1e-7
_NOBODY: set[int] = set()


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
        self._less: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for number, one in enumerate(insiders):
            for place, share in one.shares.items():
                if 0 < share < 1:
                    self._less[place].append((number, share))

    def share(self, number: int, target: int) -> float:
        """How much of the figure's protection is owed against this contributor; nothing if the figure is its own."""
        if number in self._owners_of(target):
            return 0.0
        return float(self.all[number].shares.get(target, 1.0))

    def owed_less(self, target: int) -> list[tuple[int, float]]:
        """Those to whom a part of the figure's protection is owed, not all of it, and what part."""
        return [(number, part) for number, part in self._less.get(target, ()) if number not in self._owners_of(target)]

    def reach(self, movement: Movement) -> tuple[Numbers, Numbers]:
        """Contributors (by number) who know of a figure that moves, and how many times the movement can be made for all
        that each of them knows: not at all if one of the figures is its own.
        """
        times = np.full(len(self.all), np.inf)
        for place, moved in zip(movement.places.tolist(), movement.moved.tolist(), strict=True):
            for owner in self._owners_of(place):
                times[owner] = 0.0
            if moved < 0 and place in self._who:
                who = self._who[place]
                times[who] = np.minimum(times[who], (self._room[place] + TOLERANCE) / -moved)
        numbers = np.flatnonzero(np.isfinite(times))
        return numbers, times[numbers]

    def _owners_of(self, place: int) -> set[int]:
        return self._owners.get(place, _NOBODY)


def places_of(movements: Sequence[Movement]) -> Numbers:
    """The figures that move in any of these movements."""
    return np.unique(np.concatenate([np.array([], dtype=int), *(movement.places for movement in movements)]))
