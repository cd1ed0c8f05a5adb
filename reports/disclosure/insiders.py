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
        self._less: dict[int, dict[int, float]] = defaultdict(dict)
        for number, one in enumerate(insiders):
            for place, share in one.shares.items():
                if share < 1:
                    self._less[place][number] = share
            for place in one.known:
                self._less[place][number] = 0.0

    def owed_less(self, target: int) -> list[tuple[int, float]]:
        """Those to whom a part of the figure's protection is owed, and what part: none if the figure is its own."""
        return list(self._less[target].items()) if target in self._less else []

    def reach(self, movement: Movement) -> tuple[Numbers, Numbers]:
        """Contributors (by number) who know of a figure that moves, and how many times the movement can be made for all
        that each of them knows: not at all if one of the figures is its own.
        """
        times = np.full(len(self.all), np.inf)
        for place, moved in zip(movement.places.tolist(), movement.moved.tolist(), strict=True):
            for owner in self._owners.get(place, ()):
                times[owner] = 0.0
            if moved < 0 and place in self._who:
                who = self._who[place]
                times[who] = np.minimum(times[who], (self._room[place] + TOLERANCE) / -moved)
        numbers = np.flatnonzero(np.isfinite(times))
        return numbers, times[numbers]


def places_of(movements: Sequence[Movement]) -> Numbers:
    """The figures that move in any of these movements."""
    return np.unique(np.concatenate([np.array([], dtype=int), *(movement.places for movement in movements)]))
