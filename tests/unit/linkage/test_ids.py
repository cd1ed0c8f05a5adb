"""Ids of parties stay, and come back when what was merged parts again."""

import random
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.linkage.ids import Cluster, Event, Given, Known, assign_ids, new_id


class Memory:
    """Steps one after the other, as the register keeps them."""

    def __init__(self) -> None:
        self.known = Known()
        self.last: Given = Given([], {}, [])

    def step(self, *groups: Iterable[str]) -> list[str]:
        """The parties of these clusters, in their order."""
        clusters = [Cluster(min(group), frozenset(group)) for group in groups]
        self.last = assign_ids(clusters, self.known)
        if self.last.changes or self.last.events:
            self.known.add(self.last.changes, self.last.events)
        return self.last.parties


def test_a_party_keeps_its_id_when_records_join_and_leave() -> None:
    memory = Memory()
    [party] = memory.step("abc")
    assert party == new_id("a", ())
    assert memory.step("abcde") == [party]
    assert memory.step("de", "f")[0] == party
    assert memory.last.events == []


def test_nothing_is_to_be_kept_when_nothing_changes() -> None:
    memory = Memory()
    before = memory.step("abc", "d")
    assert memory.step("d", "cba") == before[::-1]
    assert (memory.last.changes, memory.last.events) == ({}, [])


def test_a_merge_keeps_the_larger_and_a_split_gives_back_the_other() -> None:
    memory = Memory()
    large, small = memory.step("abc", "de")
    assert memory.step("abcde") == [large]
    assert memory.last.events == [Event(small, "merged", large)]
    assert memory.step("de", "abc") == [small, large]
    assert memory.last.events == [Event(small, "returned", large)]


def test_a_split_gives_the_larger_half_the_id_and_the_other_a_new_one() -> None:
    memory = Memory()
    [party] = memory.step("abcde")
    half, other = memory.step("ab", "cde")
    assert other == party
    assert half == new_id("a", {party})
    assert memory.last.events == [Event(half, "split", party)]
    assert memory.step("abcde") == [party]
    assert memory.last.events == [Event(half, "merged", party)]


def test_who_leaves_and_returns_is_who_it_was() -> None:
    memory = Memory()
    first, second = memory.step("ab", "c")
    assert memory.step("ab") == [first]
    assert memory.last.events == [Event(second, "retired")]
    assert memory.step("ab", "cd") == [first, second]
    assert memory.last.events == [Event(second, "returned")]


def test_a_record_that_goes_elsewhere_takes_no_id_with_it() -> None:
    memory = Memory()
    one, other = memory.step("abc", "de")
    assert memory.step("ab", "cde") == [one, other]
    assert memory.last.events == []


PARTITIONS = st.lists(st.integers(0, 5), min_size=1, max_size=12)


def groups_of(labels: list[int]) -> list[str]:
    found: dict[int, str] = {}
    for letter, label in zip("abcdefghijkl", labels, strict=False):
        found[label] = found.get(label, "") + letter
    return list(found.values())


@settings(max_examples=300, deadline=None)
@given(PARTITIONS, PARTITIONS, PARTITIONS)
def test_every_state_that_returns_has_its_ids_again(first: list[int], second: list[int], third: list[int]) -> None:
    """Of the same records; and at every step no two parties share an id."""
    size = min(len(first), len(second), len(third))
    states = [groups_of(labels[:size]) for labels in (first, second, third)]
    memory = Memory()
    seen: dict[frozenset[str], dict[str, str]] = {}
    for groups in (*states, states[0]):
        parties = memory.step(*groups)
        assert len(set(parties)) == len(parties)
        named = dict(zip(groups, parties, strict=True))
        assert seen.setdefault(frozenset(groups), named) == named


@settings(max_examples=200, deadline=None)
@given(PARTITIONS, PARTITIONS, st.integers(0, 1000))
def test_ids_do_not_depend_on_the_order_of_clusters(first: list[int], second: list[int], seed: int) -> None:
    one, other = Memory(), Memory()
    for labels in (first, second):
        groups = groups_of(labels)
        shuffled = random.Random(seed).sample(groups, len(groups))
        assert dict(zip(groups, one.step(*groups), strict=True)) == dict(
            zip(shuffled, other.step(*shuffled), strict=True)
        )
        assert one.last.changes == other.last.changes
        assert one.last.events == other.last.events


@settings(max_examples=200, deadline=None)
@given(PARTITIONS, PARTITIONS)
def test_a_party_of_which_nothing_changed_keeps_its_id(first: list[int], second: list[int]) -> None:
    memory = Memory()
    before = dict(zip(groups_of(first), memory.step(*groups_of(first)), strict=True))
    after = dict(zip(groups_of(second), memory.step(*groups_of(second)), strict=True))
    assert {group: after[group] for group in before.keys() & after.keys()} == {
        group: before[group] for group in before.keys() & after.keys()
    }
