"""Whether a choice of hidden figures protects those that must be, against readers and against contributors.

Belongs here: every need (which figure, against whom, to which side, how far) held against the attack programme, with as
few solutions as possible: one solution shows that many figures can move. Does not belong here: choosing (suppress).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reports.disclosure.attack import READER, Attack, Knowledge, Numbers, is_enough

_SIGNS = 3


@dataclass(frozen=True)
class Need:
    """A figure (by index) that must be able to move this far to one side, whatever this attacker knows."""

    target: int
    is_up: bool
    wanted: float
    knowledge: Knowledge


@dataclass(frozen=True)
class Breach:
    """A need that is not met, with what each figure's secrecy would be worth to it."""

    need: Need
    prices: Numbers


@dataclass(frozen=True)
class Levels:
    """How far each sensitive figure (by index) must be able to move, scaled as the system is."""

    lower: Mapping[int, float]
    upper: Mapping[int, float]


class Scales:
    """Weighs choices of hidden figures for one system."""

    def __init__(self, attack: Attack, levels: Levels, insiders: Sequence[Knowledge]) -> None:
        self.attack = attack
        self.levels = levels
        self.insiders = insiders

    def breaches(self, hidden: Numbers, at_most: int = 0) -> list[Breach]:
        """The needs that this choice leaves unmet: those of readers first, insiders only if there are none."""
        pool: list[Numbers] = []
        found = self._against(READER, hidden, pool, at_most)
        for knowledge in self.insiders:
            if found and (not at_most or len(found) >= at_most):
                break
            if self._learns_more(knowledge, hidden):
                found += self._against(knowledge, hidden, self._agreeing(pool, knowledge), at_most)
        return found

    def _learns_more(self, knowledge: Knowledge, hidden: Numbers) -> bool:
        return any(hidden[place] for place in knowledge.known) or sum(hidden[place] for place in knowledge.least) > 1

    def _agreeing(self, pool: list[Numbers], knowledge: Knowledge) -> list[Numbers]:
        """The movements found so far that this attacker cannot rule out."""
        known = np.array(sorted(knowledge.known), dtype=int)
        places = np.array(sorted(knowledge.least), dtype=int)
        least = np.array([knowledge.least[place] for place in places]) - self.attack.system.values[places]
        return [
            moved
            for moved in pool
            if np.abs(moved[known]).max(initial=0.0) <= 1e-7 and (moved[places] >= np.minimum(least, 0) - 1e-7).all()
        ]

    def _against(self, knowledge: Knowledge, hidden: Numbers, pool: list[Numbers], at_most: int) -> list[Breach]:
        targets = [place for place in self.levels.upper if place not in knowledge.known]
        levels = self._owed(knowledge)
        low, high = self.attack.bounds(hidden, knowledge)
        seen_up, seen_down = np.zeros(len(hidden)), np.zeros(len(hidden))
        for moved in pool:
            np.maximum(seen_up, moved, out=seen_up)
            np.maximum(seen_down, -moved, out=seen_down)

        def note(moved: Numbers) -> None:
            pool.append(moved)
            np.maximum(seen_up, moved, out=seen_up)
            np.maximum(seen_down, -moved, out=seen_down)

        if len(targets) > 8:
            for moved in self._spreads(targets, levels, low, high, seen_up, seen_down):
                note(moved)
        found = []
        for target in targets:
            for is_up, wanted, seen in (
                (True, levels.upper[target], seen_up),
                (False, levels.lower[target], seen_down),
            ):
                if is_enough(float(seen[target]), wanted):
                    continue
                reached, moved, prices = self.attack.reach(target, is_up, wanted, low, high)
                note(moved)
                if not is_enough(reached, wanted):
                    found.append(Breach(Need(target, is_up, wanted, knowledge), prices))
                    if at_most and len(found) >= at_most:
                        return found
        return found

    def _owed(self, knowledge: Knowledge) -> Levels:
        """The levels against this attacker."""
        if not knowledge.shares:
            return self.levels
        lower, upper = dict(self.levels.lower), dict(self.levels.upper)
        for place, share in knowledge.shares.items():
            if place in upper:
                lower[place] *= share
                upper[place] *= share
        return Levels(lower, upper)

    def _spreads(
        self, targets: list[int], levels: Levels, low: Numbers, high: Numbers, up: Numbers, down: Numbers
    ) -> list[Numbers]:
        """A few movements of all targets at once, each target to the side on which it has not been seen to move."""
        low, high = low.copy(), high.copy()
        for target in targets:
            low[target] = max(low[target], -levels.lower[target])
            high[target] = min(high[target], levels.upper[target])
        found = []
        for turn in range(_SIGNS * 2):
            weights = np.zeros(len(low))
            for place, target in enumerate(targets):
                open_up = not is_enough(float(up[target]), levels.upper[target])
                open_down = not is_enough(float(down[target]), levels.lower[target])
                if open_up or open_down:
                    to_up = open_up and (not open_down or (place * 7919 + turn * 104729) // 13 % 2 == 0)
                    weights[target] = (1 if to_up else -1) / max(levels.upper[target], 1e-9)
            if not weights.any():
                break
            moved = self.attack.spread(weights, low, high)
            np.maximum(up, moved, out=up)
            np.maximum(down, -moved, out=down)
            found.append(moved)
        return found
