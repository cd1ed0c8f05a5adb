"""What was seen to move, and which needs that meets: nothing that was found once is asked of a solver again.

Belongs here: movements by their shape. One that keeps every equality does so when it is made larger, smaller or turned
round, and through whichever of its figures one looks at it; how far it may be so is set by what must stay above zero
and by what contributors know. Does not belong here: finding movements (flows), or what they cost (weigh).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from reports.disclosure.attack import Numbers, System
from reports.disclosure.flows import Movement
from reports.disclosure.insiders import TOLERANCE, Insiders

# By so much of itself a movement may miss an equality and still be made larger: what rounding errors do, no more.
_EXACT = 1e-10


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
class _Shape:
    """A movement, and how many times it can be made, forwards and backwards: by readers' knowledge, and by that of the
    contributors (by number) who know more.
    """

    movement: Movement
    by_place: dict[int, float]
    most: tuple[float, float]
    insiders: tuple[tuple[Numbers, Numbers], tuple[Numbers, Numbers]]


@dataclass(frozen=True)
class _Proof:
    """Figures that meet a need by moving: against all but those who doubt it, or, where even readers know better,
    against those few to whom less is owed (``only``).
    """

    places: Numbers
    doubted_by: frozenset[int] = frozenset()
    only: frozenset[int] | None = None


class Seen:
    """The movements seen in one system."""

    def __init__(self, system: System, insiders: Insiders, movements: Iterable[Movement] = ()) -> None:
        self._system = system
        self._insiders = insiders
        self._rows = system.matrix.tocsr()
        self.movements: list[Movement] = []
        self._known: set[tuple[bytes, bytes]] = set()
        self._through: dict[int, list[_Shape]] = defaultdict(list)
        self._proofs: dict[Need, list[_Proof]] = defaultdict(list)
        self._looked_at: dict[Need, int] = defaultdict(int)
        for movement in movements:
            self.note(movement)

    def note(self, movement: Movement) -> None:
        """Remember a movement that keeps every equality."""
        order = np.argsort(movement.places)
        places, moved = movement.places[order].astype(int), movement.moved[order]
        key = places.tobytes(), np.round(moved / np.abs(moved).max(), 9).tobytes()
        if key in self._known:
            return
        self._known.add(key)
        self.movements.append(movement)
        shape = self._shape(Movement(places, moved))
        for place in places:
            self._through[int(place)].append(shape)

    def left(self, need: Need, hidden: Numbers) -> list[int] | None:
        """The contributors (by number) against whom what moves among these hidden figures is not seen to meet the need;
        None if it is not even seen to do so against readers.
        """
        doubting: frozenset[int] | None = None
        only: set[int] = set()
        for proof in self._of(need):
            if not hidden[proof.places].all():
                continue
            if proof.only is not None:
                only |= proof.only
                continue
            doubting = proof.doubted_by if doubting is None else doubting & proof.doubted_by
            if not doubting:
                return []
        return None if doubting is None else sorted(doubting - only)

    def _of(self, need: Need) -> Iterator[_Proof]:
        """What is known to meet a need, and then what movements show that were not looked at for its sake before."""
        shapes, proofs = self._through[need.target], self._proofs[need]
        yield from list(proofs)
        while self._looked_at[need] < len(shapes):
            proof = self._proof(need, shapes[self._looked_at[need]])
            self._looked_at[need] += 1
            if proof is not None:
                proofs.append(proof)
                yield proof

    def _shape(self, movement: Movement) -> _Shape:
        places, moved = movement.places, movement.moved
        everywhere = np.zeros(len(self._system.ids))
        everywhere[places] = moved
        missed = float(np.abs(self._rows @ everywhere).max(initial=0.0))
        largest = np.inf if missed <= _EXACT * np.abs(moved).max() else 1.0
        by_place = dict(zip(places.tolist(), moved.tolist(), strict=True))
        ends = []
        for turned in (moved, -moved):
            falling = turned < 0
            room = self._system.room_below[places[falling]] + TOLERANCE
            ends.append(min(largest * (1 + _EXACT), float((room / -turned[falling]).min(initial=np.inf))))
        insiders = tuple(self._insiders.reach(Movement(places, turned)) for turned in (moved, -moved))
        return _Shape(movement, by_place, (ends[0], ends[1]), (insiders[0], insiders[1]))

    def _proof(self, need: Need, shape: _Shape) -> _Proof | None:
        times = need.moved / shape.by_place[need.target]
        turned, size = (0, times) if times > 0 else (1, -times)
        numbers, reach = shape.insiders[turned]
        most = shape.most[turned]
        less = self._insiders.owed_less(need.target)
        if size <= most:
            doubts = set(numbers[reach < size].tolist())
            pardoned = [
                number for number, part in less if number in doubts and size * part <= _of_one(shape, turned, number)
            ]
            return _Proof(shape.movement.places, frozenset(doubts.difference(pardoned)))
        only = [number for number, part in less if 0 < size * part <= min(most, _of_one(shape, turned, number))]
        return _Proof(shape.movement.places, only=frozenset(only)) if only else None


def _of_one(shape: _Shape, turned: int, number: int) -> float:
    """How many times the movement can be made for all that a contributor knows."""
    numbers, reach = shape.insiders[turned]
    place = int(np.searchsorted(numbers, number))
    return float(reach[place]) if place < len(numbers) and numbers[place] == number else np.inf
