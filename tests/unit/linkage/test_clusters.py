"""Clusters hold together, hold apart what must be apart, and follow from links alone, whatever the order of rows."""

import random
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.linkage.clusters import SUPPORT, WITHIN_LIST, Judged, Links, clusters

Pair = tuple[int, int]
FIRM = 0.5


def links_of(pairs: Mapping[Pair, float]) -> Links:
    left, right = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
    probability = np.array(list(pairs.values()), dtype=np.float64)
    return Links(left, right, probability, probability >= FIRM)


def groups(
    size: int,
    pairs: Mapping[Pair, float],
    lists: Mapping[int, tuple[str, str]] | None = None,
    same: Sequence[Pair] = (),
    different: Sequence[Pair] = (),
) -> set[frozenset[int]]:
    """The clusters as sets of nodes."""
    names = [f"n{node:04}" for node in range(size)]
    found: dict[int, set[int]] = {}
    for node, cluster in enumerate(clusters(names, links_of(pairs), lists or {}, Judged(same, different)).tolist()):
        found.setdefault(cluster, set()).add(node)
    assert all(cluster in members for cluster, members in found.items())
    return {frozenset(members) for members in found.values()}


def sets(*members: str) -> set[frozenset[int]]:
    return {frozenset(map(int, group)) for group in members}


def test_what_supports_each_other_comes_together() -> None:
    assert groups(6, {(0, 1): 0.9, (1, 2): 0.9, (0, 2): 0.8, (3, 4): 0.9}) == sets("012", "34", "5")
    assert groups(0, {}) == set()


def test_weak_links_support_and_join_nothing_by_themselves() -> None:
    assert groups(2, {(0, 1): 0.4}) == sets("0", "1")
    chain = {(0, 1): 0.99, (1, 2): 0.6, (2, 3): 0.99}
    assert groups(4, chain) == sets("01", "23")
    assert groups(4, {**chain, (0, 2): 0.45, (1, 3): 0.45}) == sets("0123")


def test_a_chain_of_near_matches_does_not_grow() -> None:
    chain = {(node, node + 1): 0.99 for node in range(199)}
    assert max(map(len, groups(200, chain))) <= 2 / SUPPORT
    stars = {(0, node): 0.99 for node in range(1, 200)}
    assert max(map(len, groups(200, stars))) <= 2 / SUPPORT
    band = {(one, other): 0.9 for one, other in combinations(range(150), 2) if other - one <= 3}
    assert max(map(len, groups(150, band))) <= 4 / SUPPORT


def test_lists_do_not_list_a_party_twice_unless_the_entries_are_one() -> None:
    triangle = {(0, 1): 0.9, (1, 2): 0.95, (0, 2): WITHIN_LIST - 0.1}
    entries = {0: ("EU", "1"), 2: ("EU", "2")}
    assert groups(3, triangle, entries) == sets("0", "12")
    assert groups(3, triangle, {0: ("EU", "1"), 2: ("UN", "2")}) == sets("012")
    assert groups(3, triangle, {0: ("EU", "1"), 2: ("EU", "1")}) == sets("012")
    assert groups(3, {**triangle, (0, 2): WITHIN_LIST}, entries) == sets("012")
    assert groups(3, triangle, entries, same=[(2, 0)]) == sets("012")


def test_judgements_win_over_links() -> None:
    assert groups(3, {(0, 1): 0.99}, same=[(1, 2)]) == sets("012")
    assert groups(2, {}, same=[(0, 1)]) == sets("01")
    assert groups(2, {(0, 1): 0.99}, different=[(1, 0)]) == sets("0", "1")
    assert groups(3, {(0, 1): 0.9, (1, 2): 0.99, (0, 2): 0.9}, different=[(0, 2)]) == sets("0", "12")
    assert groups(4, {(0, 1): 1.0, (2, 3): 1.0, (1, 2): 1.0}, different=[(0, 3)]) == sets("01", "23")
    # Of judgements that contradict each other, what keeps apart counts.
    assert groups(3, {}, same=[(0, 1), (1, 2)], different=[(0, 2)]) == sets("01", "2")


def test_a_judgement_brings_whole_parties_together_and_two_nodes_alone_only_where_it_must() -> None:
    large = dict.fromkeys(combinations(range(4), 2), 0.99)
    small = dict.fromkeys(combinations(range(4, 7), 2), 0.99)
    assert groups(7, large | small) == sets("0123", "456")
    assert groups(7, large | small, same=[(0, 4)]) == sets("0123456")
    found = groups(7, large | small, same=[(0, 4)], different=[(1, 5)])
    of = {node: group for group in found for node in group}
    assert of[0] is of[4]
    assert of[1] is not of[5]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[int, dict[Pair, float], dict[int, tuple[str, str]], list[Pair], list[Pair]]:
    """Nodes, links, entries of lists and judgements."""
    size = draw(st.integers(2, 10))
    every = list(combinations(range(size), 2))
    linked = draw(st.dictionaries(st.sampled_from(every), st.sampled_from([0.2, 0.45, 0.6, 0.9, 0.99, 0.999])))
    entry = st.tuples(st.sampled_from(["EU", "UN"]), st.sampled_from(["1", "2"]))
    listed = draw(st.dictionaries(st.integers(0, size - 1), entry, max_size=4))
    judged = draw(st.lists(st.sampled_from(every), unique=True, max_size=5))
    cut = draw(st.integers(0, len(judged)))
    return size, linked, listed, judged[:cut], judged[cut:]


@settings(max_examples=400, deadline=None)
@given(worlds(), st.integers(0, 1000))
def test_clusters_do_not_depend_on_the_order_of_rows(world, seed: int) -> None:
    size, linked, listed, same, different = world
    names = [f"n{node:04}" for node in range(size)]
    dice = random.Random(seed)
    at = dice.sample(range(size), size)  # node -> where it stands now
    turned = [(at[b], at[a]) if dice.random() < 0.5 else (at[a], at[b]) for a, b in linked]
    pairs = dict(zip(turned, linked.values(), strict=True))
    pairs = dict(dice.sample(list(pairs.items()), len(pairs)))
    moved = clusters(
        [names[at.index(place)] for place in range(size)],
        links_of(pairs),
        {at[node]: entry for node, entry in listed.items()},
        Judged([(at[a], at[b]) for a, b in reversed(same)], [(at[b], at[a]) for a, b in different]),
    )
    plain = clusters(names, links_of(linked), listed, Judged(same, different))
    assert [at[node] for node in plain.tolist()] == [int(moved[at[node]]) for node in range(size)]


@settings(max_examples=400, deadline=None)
@given(worlds())
def test_what_is_judged_and_what_lists_say_always_holds(world) -> None:
    size, linked, listed, same, different = world
    found = groups(size, linked, listed, same, different)
    of = {node: group for group in found for node in group}
    assert all(of[a] is not of[b] for a, b in different)
    if not different:
        assert all(of[a] is of[b] for a, b in same)
    for group in found:
        entries = [(node, listed[node]) for node in group if node in listed]
        for (a, one), (b, other) in combinations(entries, 2):
            if one[0] == other[0] and one[1] != other[1]:
                strong = {pair for pair, value in linked.items() if value >= WITHIN_LIST} | {*same}
                assert any(x in group and y in group for x, y in strong), (a, b)


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_a_judgement_taken_back_leaves_no_trace_and_strangers_do_not_care(world) -> None:
    """Links of another component change nothing here."""
    size, linked, listed, same, different = world
    alone = groups(size, linked, listed, same, different)
    beside = groups(size + 2, {**linked, (size, size + 1): 0.9}, listed, same, different)
    assert beside == alone | {frozenset({size, size + 1})}
