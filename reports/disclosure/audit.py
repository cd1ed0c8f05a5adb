"""The audit: what a reader, and each contributor, can work out of the hidden figures from all that is published.

Belongs here: what an attacker knows, and how close it comes to each sensitive figure. Does not belong here: the
programme that bounds a figure (worlds), or anything of the protector's. The two share the plain description and nothing
else, so that a fault in one does not hide in the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from reports.disclosure.alternatives import Alternatives
from reports.disclosure.description import Description, Figure, Relation
from reports.disclosure.worlds import Array, Places, Shown, Worlds

_TOLERANCE = 2e-6
Level = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Finding:
    """A sensitive figure that somebody can work out too closely: between ``low`` and ``high``."""

    id: str
    place: str
    attacker: str
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.place}: {self.attacker} can tell that it lies between {self.low:.10g} and {self.high:.10g}"


@dataclass(frozen=True)
class _Attacker:
    """Who looks, the bounds of the figures (by place) of which it knows something, and which are its own alone."""

    name: str
    places: Array
    least: Array
    most: Array
    alone: frozenset[str] = frozenset()

    def bounds(self, worlds: Worlds) -> tuple[Array, Array]:
        """The least and the greatest that it thinks each unknown figure can be."""
        lower, upper = worlds.lower.copy(), worlds.upper.copy()
        lower[self.places], upper[self.places] = self.least, self.most
        return lower, upper


_NONE = np.zeros(0)
READER = "a reader"
_READER = _Attacker(READER, _NONE.astype(int), _NONE, _NONE)


def published(description: Description, hidden: Iterable[str]) -> dict[str, Shown]:
    """What is shown if all but these figures are printed exactly."""
    away = set(hidden)
    return {name: (figure.value, figure.value) for name, figure in description.figures.items() if name not in away}


def intervals(
    description: Description, shown: Mapping[str, Shown], ids: Iterable[str]
) -> dict[str, tuple[float, float]]:
    """The least and the greatest that each of these figures can be for a reader; infinity where nothing bounds it."""
    worlds = Worlds(description, shown)
    return {
        name: (
            worlds.plain(name, worlds.extreme(name, True, worlds.lower, worlds.upper)),
            worlds.plain(name, worlds.extreme(name, False, worlds.lower, worlds.upper)),
        )
        for name in ids
    }


def audit(
    description: Description,
    shown: Mapping[str, Shown],
    levels: Mapping[str, Level],
    knew: Mapping[str, Set[str]] | None = None,
) -> list[Finding]:
    """The sensitive figures that are not open as far as their levels (below, above the value) ask, by attacker.
    ``knew`` are figures that an attacker, by its name, could work out before: it is not asked of them again.

    ReportError where what is shown contradicts itself: no figures at all would fit it.
    """
    figures = description.figures
    found = [
        Finding(name, figures[name].place, "anybody", *(float(end) for end in shown[name]))
        for name in levels
        if _is_told(name, shown)
    ]
    for part in _apart(description, shown):
        own = {name: level for name, level in levels.items() if name in part.figures}
        if own:
            found += _Audit(part, Worlds(part, shown), own, knew or {}).findings()
    return found


def _apart(description: Description, shown: Mapping[str, Shown]) -> Iterator[Description]:
    """The parts of a description that no unknown figure links: nothing in one tells anything of another."""
    names = [name for name in description.figures if not _is_told(name, shown)]
    unknown = {name: number for number, name in enumerate(names)}
    links = [
        (number, unknown[name])
        for number, relation in enumerate(description.relations)
        for name, _ in relation.terms
        if name in unknown
    ]
    rows, columns = np.array(links, dtype=int).reshape(-1, 2).T
    count = len(unknown)
    edges = coo_matrix((np.ones(len(links)), (rows + count, columns)), shape=(count + len(description.relations),) * 2)
    number_of_parts, part_of = connected_components(edges, directed=False)
    figures: list[dict[str, Figure]] = [{} for _ in range(number_of_parts)]
    relations: list[list[Relation]] = [[] for _ in range(number_of_parts)]
    for name, number in unknown.items():
        figures[part_of[number]][name] = description.figures[name]
    for number, relation in enumerate(description.relations):
        part = part_of[number + count]
        relations[part].append(relation)
        figures[part].update((name, description.figures[name]) for name, _ in relation.terms)
    for part in range(number_of_parts):
        yield Description(figures[part], tuple(relations[part]), description.waived)


def _is_told(name: str, shown: Mapping[str, Shown]) -> bool:
    return name in shown and shown[name][0] == shown[name][1]


class _Audit:
    """One audit: first against somebody who knows what any contributor knows, then, figure by figure where that is too
    much, against readers and each contributor by itself.
    """

    def __init__(
        self, description: Description, worlds: Worlds, levels: Mapping[str, Level], knew: Mapping[str, Set[str]]
    ) -> None:
        self.knew = knew
        self.figures = description.figures
        self.worlds = worlds
        self.levels = levels
        self.targets = [name for name in levels if name in worlds.places]
        self.insiders = list(_insiders(description, worlds))
        self.attackers = [_READER, *self.insiders]
        self.known_at = _by_place(self.attackers)
        self.alternatives = Alternatives(worlds)

    def findings(self) -> list[Finding]:
        if not self.targets:
            return []
        doubtful = self.targets if self.worlds.whole else self._not_safe_from_all_at_once()
        found = [(who, number, name) for number, name in enumerate(doubtful) for who in self._doubted(name)]
        return [one for who, _, name in sorted(found) for one in self._close_guess(self.attackers[who], name)]

    def _not_safe_from_all_at_once(self) -> list[str]:
        """The figures that are not seen to be open to one who knows what any contributor knows, the figure's own
        contributions aside. An interval is one: where a figure can be so small and so large, it can be all between.
        """
        lower, upper = _READER.bounds(self.worlds)
        for one in self.insiders:
            lower[one.places] = np.maximum(lower[one.places], one.least)
            upper[one.places] = np.minimum(upper[one.places], one.most)
        open_down, open_up = set(), set()

        def note(world: Array | None) -> None:
            if world is not None:
                for name in self.targets:
                    low, high = self._wanted(name, self.levels[name])
                    value = float(world[self.worlds.places[name]])
                    if value <= low:
                        open_down.add(name)
                    if value >= high:
                        open_up.add(name)

        for world in self._together(lower, upper):
            note(world)
        doubtful = []
        for name in self.targets:
            place = self.worlds.places[name]
            kept = lower[place], upper[place]
            lower[place], upper[place] = self.worlds.lower[place], self.worlds.upper[place]
            low, high = self._wanted(name, self.levels[name])
            is_open = (
                high - low > _TOLERANCE
                and (name in open_down or self.worlds.one_in_which({name: low}, lower, upper) is not None)
                and (name in open_up or self.worlds.one_in_which({name: high}, lower, upper) is not None)
            )
            lower[place], upper[place] = kept
            if not is_open or not self._leaves_room_for_own(name):
                doubtful.append(name)
        return doubtful

    def _leaves_room_for_own(self, name: str) -> bool:
        """Whether each contributor's own amount in the figure leaves open below it what is owed to that contributor."""
        figure = self.figures[name]
        own = _real(figure)
        return len(own) == 1 or all(
            figure.value - _owed(figure, who, self.levels[name])[0] >= amount for who, amount in own.items()
        )

    def _together(self, lower: Array, upper: Array) -> Iterator[Array | None]:
        """Worlds in which many figures at once are as far off as they must be, half of them each way, then turned."""
        low, high = lower.copy(), upper.copy()
        movable = []
        for name in self.targets:
            place = self.worlds.places[name]
            down, up = self._wanted(name, self.levels[name])
            if lower[place] <= down and up <= upper[place]:
                low[place], high[place] = down, up
                movable.append(name)
        for modulus in (2, 3):
            for turn in (1.0, -1.0):
                weights = {}
                for number, name in enumerate(movable):
                    width = high[self.worlds.places[name]] - low[self.worlds.places[name]]
                    sign = turn if (number // (modulus - 1)) % modulus == 0 else -turn
                    weights[name] = sign / max(width, 1e-6)
                if weights:
                    yield self.worlds.far_off(weights, low, high)

    def _doubted(self, name: str) -> set[int]:
        """The attackers (by number) to whom a figure is not seen to be as open as it must be."""
        asked: dict[Level, set[int]] = defaultdict(set)
        for number, attacker in enumerate(self.attackers):
            known = attacker.alone | self.knew.get(_contributor(attacker.name), frozenset())
            if name not in known:
                asked[_owed(self.figures[name], attacker.name, self.levels[name])].add(number)
        if self.worlds.whole:  # only the programme over whole numbers can tell
            return set[int]().union(*asked.values())
        doubted: set[int] = set()
        for level, some in asked.items():
            low, high = self._wanted(name, level)
            for end in (low, high):
                doubted |= self._not_seen_at(name, end, some) if high - low > _TOLERANCE else some
        return doubted

    def _not_seen_at(self, name: str, end: float, asked: Set[int]) -> set[int]:
        """Those of the attackers for whom no world is found in which the figure is there."""
        place = self.worlds.places[name]
        left = set(asked)
        for there in self.alternatives.at(place, end):
            left &= self._doubting(*there)
            if not left:
                break
        lost = set()
        while left:
            who = min(left)
            world = self.worlds.nearest(name, end, *self.attackers[who].bounds(self.worlds))
            left.remove(who)
            if world is None:
                lost.add(who)
            else:
                self.alternatives.note(world)
                differing = np.flatnonzero(world != self.worlds.truth)
                left &= self._doubting(differing, world[differing])
        return lost

    def _doubting(self, places: Places, values: Array) -> set[int]:
        """The attackers who can rule out that these figures are so."""
        found: set[int] = set()
        for place, value in zip(places.tolist(), values.tolist(), strict=True):
            if place in self.known_at:
                who, least, most = self.known_at[place]
                found.update(who[(value < least - 1e-9) | (value > most + 1e-9)].tolist())
        return found

    def _close_guess(self, attacker: _Attacker, name: str) -> list[Finding]:
        """The figure, if this attacker can bound it too closely."""
        figure = self.figures[name]
        ends = self._wanted(name, _owed(figure, attacker.name, self.levels[name]))
        lower, upper = attacker.bounds(self.worlds)
        least, most = (self.worlds.extreme(name, is_least, lower, upper) for is_least in (True, False))
        if least <= ends[0] and most >= ends[1] and most - least > _TOLERANCE:
            return []
        told = self.worlds.plain(name, least), self.worlds.plain(name, most)
        who = attacker.name if attacker is _READER else _contributor(attacker.name)
        return [Finding(name, figure.place, who, *told)]

    def _wanted(self, name: str, level: Level) -> tuple[float, float]:
        """Down and up to where the figure must stay open, less what the solver cannot tell."""
        value = float(self.figures[name].value) / self.worlds.scale
        below, above = (float(one) / self.worlds.scale for one in level)
        slack = [max(_TOLERANCE, one * 1e-4) for one in (below, above)]
        return value - below + slack[0], value + above - slack[1]


def _by_place(attackers: Sequence[_Attacker]) -> dict[int, tuple[Array, Array, Array]]:
    """Who knows of a figure (by place) that it is between what and what."""
    told: dict[int, list[tuple[int, float, float]]] = defaultdict(list)
    for number, one in enumerate(attackers):
        for place, least, most in zip(one.places.tolist(), one.least.tolist(), one.most.tolist(), strict=True):
            told[place].append((number, least, most))
    found = {}
    for place, known in told.items():
        who, least, most = map(np.array, zip(*known, strict=True))
        found[place] = who, least, most
    return found


def _contributor(name: str) -> str:
    return f"the contributor {name}"


def _real(figure: Figure) -> dict[str, Decimal]:
    return {name: amount for name, amount in (figure.contributions or {}).items() if amount}


def _owed(figure: Figure, name: str, level: Level) -> Level:
    """The level against one who contributes to the figure: it protects the largest of the others from him."""
    sizes = {who: abs(amount) for who, amount in _real(figure).items()}
    if name not in sizes or len(sizes) == 1:
        return level
    ratio = max(size for who, size in sizes.items() if who != name) / max(sizes.values())
    return level[0] * ratio, level[1] * ratio


def _insiders(description: Description, worlds: Worlds) -> Iterator[_Attacker]:
    """Each contributor that knows more than readers do."""
    figures = description.figures
    amounts: dict[str, dict[str, Decimal]] = {}
    for figure in figures.values():
        if figure.id in worlds.places:
            for name, amount in _real(figure).items():
                amounts.setdefault(name, {})[figure.id] = amount

    def adds(identity: str) -> bool:
        """Whether all contributions add to the figure: where some take away, it may be less than one's own amount."""
        return all(amount > 0 for amount in _real(figures[identity]).values())

    for name, own in sorted(amounts.items()):
        alone = {identity for identity in own if len(_real(figures[identity])) == 1}
        # Nobody is told that it stands alone in what no report prints; it knows its own amount in it.
        known_whole = {identity for identity in alone if figures[identity].is_printed}
        told = {identity: amount for identity, amount in own.items() if identity in known_whole or adds(identity)}
        places = np.array([worlds.places[identity] for identity in told], dtype=int)
        least, most = worlds.lower[places].copy(), worlds.upper[places].copy()
        for number, (identity, amount) in enumerate(told.items()):
            known = float(figures[identity].value if identity in known_whole else amount) / worlds.scale
            least[number] = max(least[number], known)
            if identity in known_whole:
                least[number] = most[number] = known
        yield _Attacker(name, places, least, most, frozenset(alone))
