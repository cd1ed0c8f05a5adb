"""From links between nodes to clusters: strongest first, within what lists and people rule out.

Here: pure functions of nodes, links and judgements; no database, no order of rows, no chance. Not here: how strong a
link is (scores) and what a cluster is called (ids.py). A node is a profile or a single mention.

The method is agglomerative clustering by average linkage over sparse links: two clusters meet if on average their
members support each other (Sokal and Michener 1958), where a pair without a link counts as no support at all. So a
chain of near-matches, each of which is but like the next, does not grow into one party, while the spellings of one
party, most of which are like most others, do. Components of links are worked on one by one, and those in which
everything is linked and nothing forbidden are taken whole.
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Numbers = NDArray[np.int64]
Strengths = NDArray[np.float64]

# Support that two clusters need on average over all pairs between them; a link supports with its probability.
SUPPORT = 0.3
# Probability from which two entries of one list are taken for one party although lists hardly list anybody twice. Both
# were chosen on the judged pairs of four public lists (decision 0021).
WITHIN_LIST = 0.6
_DIGITS = 9  # sums of floats are rounded before they decide


@dataclass(frozen=True)
class Links:
    """Undirected links as parallel arrays: two nodes, the probability that they are one party, and whether that is
    enough to bring them together (`firm`); the others only support or fail to.
    """

    left: Numbers
    right: Numbers
    probability: Strengths
    firm: NDArray[np.bool_]


@dataclass(frozen=True)
class Judged:
    """Pairs of nodes on which people, or what identifies a record, have the last word."""

    same: Sequence[tuple[int, int]] = ()
    different: Sequence[tuple[int, int]] = ()


def clusters(
    names: Sequence[str], links: Links, lists: Mapping[int, tuple[str, str]], judged: Judged | None = None
) -> Numbers:
    """The cluster of each node, as the position of its member with the first name in the alphabet.

    `names` are the nodes' own unchanging names, by which ties are broken; `lists` gives list and entry of the nodes
    that stand on one. Judged-different nodes are never in one cluster; judged-same ones always are, with all that links
    put beside them, unless that would bring judged-different ones together: then without.
    """
    judged = judged or Judged()
    place = np.empty(len(names), dtype=np.int64)
    place[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    ranked = _Ranked.of(place, links, lists, judged)
    component, is_whole = _components(len(names), ranked)
    _, first = np.unique(component, return_index=True)  # the lowest node of each
    label = first[component].astype(np.int64)
    for members, mine in _in_groups(component, ~is_whole, ranked):
        for group in _grouped(members, ranked, mine):
            label[group] = min(group)
    back = np.argsort(place)
    return back[label[place]]


@dataclass(frozen=True)
class _Ranked:
    """The same with each node numbered by the place of its name in the alphabet, in an order of their own."""

    left: Numbers
    right: Numbers
    probability: Strengths
    firm: NDArray[np.bool_]
    lists: Mapping[int, tuple[str, str]]
    same: Sequence[tuple[int, int]]
    different: Mapping[int, set[int]]

    @classmethod
    def of(cls, place: Numbers, links: Links, lists: Mapping[int, tuple[str, str]], judged: Judged) -> "_Ranked":
        one, other = place[links.left], place[links.right]
        left, right = np.minimum(one, other), np.maximum(one, other)
        order = np.lexsort((right, left))
        apart: dict[int, set[int]] = {}
        for a, b in judged.different:
            apart.setdefault(int(place[a]), set()).add(int(place[b]))
            apart.setdefault(int(place[b]), set()).add(int(place[a]))
        return cls(
            left[order], right[order], np.round(links.probability[order], _DIGITS), links.firm[order],
            {int(place[node]): entry for node, entry in lists.items()},
            sorted((min(pair), max(pair)) for pair in ((int(place[a]), int(place[b])) for a, b in judged.same)),
            apart,
        )  # fmt: skip


def _components(size: int, ranked: _Ranked) -> tuple[Numbers, NDArray[np.bool_]]:
    """The component of each node, and for each component whether it is one cluster without further thought:
    everything firmly linked with everything, and nothing ruled out.
    """
    left = np.concatenate([ranked.left, np.array([a for a, _ in ranked.same], dtype=np.int64)])
    right = np.concatenate([ranked.right, np.array([b for _, b in ranked.same], dtype=np.int64)])
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    _, component = connected_components(graph, directed=False)
    sizes = np.bincount(component)
    counts = ranked.firm & (ranked.probability >= SUPPORT)
    linked = np.bincount(component[ranked.left[counts]], minlength=len(sizes))
    listed = np.bincount(component[list(ranked.lists)], minlength=len(sizes))
    judged = np.zeros(len(sizes), dtype=bool)
    judged[component[[*ranked.different, *(node for pair in ranked.same for node in pair)]]] = True
    return component, (2 * linked == sizes * (sizes - 1)) & (listed <= 1) & ~judged


def _in_groups(component: Numbers, chosen: NDArray[np.bool_], ranked: _Ranked) -> Iterator[tuple[list[int], Numbers]]:
    """Nodes and links (by position) of each chosen component."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(component))])
    nodes = np.argsort(component, kind="stable")
    owner = component[ranked.left]
    links = np.argsort(owner, kind="stable")
    link_starts = np.searchsorted(owner[links], np.arange(len(starts)))
    for number in np.flatnonzero(chosen):
        yield (
            nodes[starts[number] : starts[number + 1]].tolist(),
            links[link_starts[number] : link_starts[number + 1]],
        )


@dataclass
class _Cluster:
    """A cluster in the making: its nodes, its entries by list, and who must stay out."""

    nodes: list[int]
    entries: dict[str, set[str]]
    apart: set[int]
    # By neighbour: sum of support, and whether a firm link is among it.
    near: dict[int, tuple[float, bool]] = field(default_factory=dict)


def _grouped(members: list[int], ranked: _Ranked, mine: Numbers) -> list[list[int]]:
    """The groups of nodes of a component that belong together, those of one node included.

    Judged-same nodes bring the clusters together in which links have put them. Where those hold somebody who must stay
    out, the two nodes meet first and links have to make do with that.
    """
    there = set(members)
    judged = [pair for pair in ranked.same if pair[0] in there]
    first: list[tuple[int, int]] = []
    while True:
        work = _Work(members, ranked, mine, judged)
        work.join_judged(first)
        work.join_linked()
        refused = work.join_judged([pair for pair in judged if pair not in first])
        if not refused:
            return work.groups()
        first = sorted([*first, *refused])


class _Work:
    """One component on its way from single nodes to groups."""

    def __init__(
        self, members: list[int], ranked: _Ranked, mine: Numbers, judged_same: Sequence[tuple[int, int]]
    ) -> None:
        self._ranked = ranked
        self._at = {node: node for node in members}
        self._made = {node: _single(node, ranked) for node in members}
        self._strong = set(judged_same)
        for a, b, probability, firm in zip(
            ranked.left[mine].tolist(), ranked.right[mine].tolist(), ranked.probability[mine].tolist(),
            ranked.firm[mine].tolist(), strict=True,
        ):  # fmt: skip
            self._made[a].near[b] = self._made[b].near[a] = (probability, firm)
            if probability >= WITHIN_LIST:
                self._strong.add((a, b))

    def groups(self) -> list[list[int]]:
        """The nodes of each cluster as it is now."""
        return [cluster.nodes for cluster in self._made.values()]

    def join_judged(self, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Bring the clusters of these nodes together; returns the pairs whose clusters must stay apart."""
        refused = []
        for a, b in pairs:
            if (one := self._find(a)) != (other := self._find(b)):
                if self._apart(one, other):
                    refused.append((a, b))
                else:
                    self._join(one, other)
        return refused

    def join_linked(self) -> None:
        """Average linkage: again and again the two clusters that support each other most, if they may meet."""
        waiting = [
            (-self._average(one, other), one, other)
            for one, cluster in self._made.items()
            for other in cluster.near
            if one < other and self._may_meet(one, other)
        ]
        heapq.heapify(waiting)
        while waiting:
            average, one, other = heapq.heappop(waiting)
            if one not in self._made or other not in self._made or not self._may_meet(one, other):
                continue
            if -average != self._average(one, other):
                continue  # one of them has grown since, and stands further on with what is true now
            joined = self._join(one, other)
            for neighbour in self._made[joined].near:
                if self._may_meet(joined, neighbour):
                    pair = min(joined, neighbour), max(joined, neighbour)
                    heapq.heappush(waiting, (-self._average(*pair), *pair))

    def _average(self, one: int, other: int) -> float:
        a, b = self._made[one], self._made[other]
        return round(a.near[other][0] / (len(a.nodes) * len(b.nodes)), _DIGITS)

    def _may_meet(self, one: int, other: int) -> bool:
        _, firm = self._made[one].near[other]
        return (
            firm
            and self._average(one, other) >= SUPPORT
            and not self._apart(one, other)
            and not self._twice_on_a_list(one, other)
        )

    def _apart(self, one: int, other: int) -> bool:
        a, b = self._made[one], self._made[other]
        return not (a.apart.isdisjoint(b.nodes) and b.apart.isdisjoint(a.nodes))

    def _twice_on_a_list(self, one: int, other: int) -> bool:
        """Whether a list would list the party twice, without the evidence between those entries saying so."""
        a, b = self._made[one], self._made[other]
        return any(
            not self._entries_are_one(a.nodes, b.nodes, name)
            for name in a.entries.keys() & b.entries.keys()
            if len(a.entries[name] | b.entries[name]) > max(len(a.entries[name]), len(b.entries[name]))
        )

    def _entries_are_one(self, ours: list[int], theirs: list[int], name: str) -> bool:
        lists = self._ranked.lists
        return any(
            (min(a, b), max(a, b)) in self._strong
            for a in ours if a in lists and lists[a][0] == name
            for b in theirs if b in lists and lists[b][0] == name
        )  # fmt: skip

    def _find(self, node: int) -> int:
        while self._at[node] != node:
            node = self._at[node]
        return node

    def _join(self, one: int, other: int) -> int:
        """Bring two clusters together under the lower of their names; the smaller moves into the larger."""
        name = min(one, other)
        small, large = sorted((self._made.pop(one), self._made.pop(other)), key=lambda cluster: len(cluster.near))
        small.near.pop(one, None), small.near.pop(other, None)
        large.near.pop(one, None), large.near.pop(other, None)
        large.nodes += small.nodes
        large.apart |= small.apart
        for list_name, entries in small.entries.items():
            large.entries.setdefault(list_name, set()).update(entries)
        for neighbour, (support, firm) in small.near.items():
            before, was_firm = large.near.get(neighbour, (0.0, False))
            large.near[neighbour] = (round(before + support, _DIGITS), firm or was_firm)
        for neighbour, value in large.near.items():
            there = self._made[neighbour].near
            there.pop(one, None), there.pop(other, None)
            there[name] = value
        self._made[name] = large
        self._at[max(one, other)] = name
        return name


def _single(node: int, ranked: _Ranked) -> _Cluster:
    entry = ranked.lists.get(node)
    return _Cluster([node], {entry[0]: {entry[1]}} if entry else {}, set(ranked.different.get(node, ())))
