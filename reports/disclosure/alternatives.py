"""Worlds that were found once, and all that follow from them: the auditor asks nothing of its programme twice.

Belongs here: how a world differs from the truth. What differs can be taken more or fewer times, or turned round, and is
another world as long as every figure stays within its bounds. Does not belong here: finding worlds (worlds), what an
attacker knows (audit), or anything of the protector's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reports.disclosure.worlds import Array, Places, Worlds

# A figure that differs by less than this does not differ.
_SAME = 1e-9
# By so much of the greatest difference a sum may be missed and the differences still be taken several times.
_EXACT = 1e-10


@dataclass(frozen=True)
class Alternative:
    """In which figures a world differs from the truth, by how much, and how many times these differences may be taken
    (``least``, which is below nothing where they may be turned round, to ``most``) if one knows no more than readers.
    """

    places: Places
    differences: Array
    least: float
    most: float


class Alternatives:
    """The worlds that were found, by the figures in which they differ from the truth."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds
        self._rows = worlds.matrix.tocsr()
        self._of: dict[int, list[tuple[Alternative, float]]] = defaultdict(list)

    def note(self, world: Array) -> None:
        """Remember a world that fits all that is published."""
        differences = world - self._worlds.truth
        places = np.flatnonzero(np.abs(differences) > _SAME)
        if len(places):
            missed = self._rows @ np.where(np.abs(differences) > _SAME, differences, 0.0)
            found = self._alternative(places, differences[places], float(np.abs(missed).max(initial=0.0)))
            for place, difference in zip(places.tolist(), found.differences.tolist(), strict=True):
                self._of[place].append((found, difference))

    def at(self, place: int, value: float) -> Iterator[tuple[Places, Array]]:
        """Worlds in which a figure has this value and that fit all that is published: the figures in which they differ
        from the truth, and what these are.
        """
        truth = self._worlds.truth
        for one, difference in list(self._of[place]):
            times = (value - truth[place]) / difference
            if one.least <= times <= one.most:
                yield one.places, truth[one.places] + times * one.differences

    def _alternative(self, places: Places, differences: Array, missed: float) -> Alternative:
        if missed > _EXACT * float(np.abs(differences).max()):
            return Alternative(places, differences, 0.0, 1.0)  # all between two worlds is a world too
        below = (self._worlds.lower[places] - self._worlds.truth[places] - _SAME) / differences
        above = (self._worlds.upper[places] - self._worlds.truth[places] + _SAME) / differences
        least, most = np.minimum(below, above), np.maximum(below, above)
        return Alternative(places, differences, min(float(least.max()), 0.0), max(float(most.min()), 1.0))
