"""What was seen to move is evidence for needs: held against the attack's own programmes, whoever looks."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reports.disclosure.attack import READER, attackers, system_of
from reports.disclosure.flows import Movement
from reports.disclosure.insiders import Insiders
from reports.disclosure.policy import profiles
from reports.disclosure.primary import losses, sensitive_figures
from reports.disclosure.seen import Need, Seen
from reports.disclosure.weigh import Scales
from tests.unit.disclosure.grids import cross_table, golden
from tests.unit.disclosure.test_protect import MANY, microdata

VALUES = profiles()["values"]


def scales_of(table):
    system = system_of(table)
    cost = losses(table, VALUES)
    prices = np.array([float(cost[name]) for name in system.ids])
    may = np.array([figure.value != 0 for figure in table.figures.values()])
    return Scales(table, system, sensitive_figures(table, VALUES), prices, may, {})


@MANY
@given(st.integers(0, 10**6), st.integers(3, 8), st.integers(3, 6), st.integers(3, 20), st.floats(0.2, 0.9))
def test_what_is_seen_to_be_met_is_met_against_everybody_and_nothing_else_is(seed, rows, columns, firms, dense):
    """Of choices at random: each need is held against readers and every contributor by a programme of its own."""
    scales = scales_of(cross_table(*microdata(seed, rows, columns, firms)))
    must = np.zeros(len(scales.system.ids), dtype=bool)
    must[[need.target for need in scales.needs]] = True
    drawn = np.random.default_rng(seed)
    for _ in range(3):
        hidden = must | (scales.may & (drawn.random(len(must)) < dense))
        for need in scales.needs:
            doubters = [one for one in (READER, *scales._insiders.all) if scales._breach(need, hidden, one)]
            assert scales.is_met(need, hidden) == (doubters == []), (need, [one.name for one in doubters])


def seen_in(table, **moved):
    system = system_of(table)
    places = [system.ids.index(name.replace("_", "/").replace("all", "*")) for name in moved]
    movement = Movement(np.array(places), np.array(list(moved.values()), dtype=float) * system.scale)
    insiders = Insiders(system, attackers(table, system))
    return system, insiders, Seen(system, insiders, [movement])


def test_a_movement_serves_all_its_figures_both_ways_as_far_as_there_is_room():
    """Round the corner of the golden table: 8 and 32 may fall, 19 and 17 with them if it is turned."""
    system, _, seen = seen_in(golden(), r2_c1=-1.0, r2_c2=1.0, r3_c1=1.0, r3_c2=-1.0)
    hidden = np.array([name in ("r2/c1", "r2/c2", "r3/c1", "r3/c2") for name in system.ids])

    def is_met(name, is_up, wanted):
        need = Need(system.ids.index(name), is_up, wanted * system.scale)
        return seen.left(need, hidden) == []

    assert is_met("r2/c1", False, 8) and not is_met("r2/c1", False, 8.1)
    assert is_met("r3/c2", True, 17) and not is_met("r3/c2", True, 17.1)
    assert is_met("r2/c2", True, 8) and not is_met("r2/c2", True, 8.1)
    assert not is_met("r1/c1", True, 1)
    hidden[system.ids.index("r3/c2")] = False
    assert not is_met("r2/c1", False, 1)


def test_a_movement_that_misses_an_equality_is_not_made_larger():
    system, _, seen = seen_in(golden(), r2_c1=-1.0, r2_c2=1.0, r3_c1=1.0, r3_c2=-1.0001)
    hidden = np.ones(len(system.ids), dtype=bool)
    at = system.ids.index("r2/c1")
    assert seen.left(Need(at, False, 1.0 * system.scale), hidden) == []
    assert seen.left(Need(at, False, 1.1 * system.scale), hidden) is None


def test_a_contributor_doubts_what_would_take_more_than_the_others_hold():
    """X holds 60 of a's 100 and 80 of b's 90: b cannot fall by more than 10 for it."""
    own = {
        ("a",): {"X": Decimal(60), "Y": Decimal(40)},
        ("b",): {"X": Decimal(80), "Z": Decimal(10)},
        ("c",): {"W": Decimal(50), "V": Decimal(50)},
    }
    table = cross_table({key: sum(parts.values()) for key, parts in own.items()}, own)
    system, insiders, seen = seen_in(table, a=1.0, b=-1.0)
    hidden = np.ones(len(system.ids), dtype=bool)
    at = {name: system.ids.index(name) for name in ("a", "b", "c")}
    wanted = {size: seen.left(Need(at["a"], True, size * system.scale), hidden) for size in (5, 10, 12, 95)}
    assert wanted[5] == wanted[10] == []
    # Against X, the largest in a, two thirds are owed: what protects Y from it.
    assert wanted[12] == []
    assert [insiders.all[number].name for number in seen.left(Need(at["a"], True, 16 * system.scale), hidden)] == [
        "the contributor X"
    ]
    assert wanted[95] is None


def test_a_movement_too_small_for_readers_protects_from_one_to_whom_less_is_owed():
    """Of a's 100 half of the level is owed to X, its largest: b may fall so far for X, and c may for readers."""
    own = {
        ("a",): {"X": Decimal(60), "Y": Decimal(30), "Q": Decimal(10)},
        ("b",): {"Z": Decimal(10), "Q": Decimal(20), "X": Decimal(5)},
        ("c",): {"X": Decimal(30), "W": Decimal(16)},
    }
    table = cross_table({key: sum(parts.values()) for key, parts in own.items()}, own)
    system, insiders, seen = seen_in(table, a=1.0, c=-1.0)
    at = {name: system.ids.index(name) for name in ("a", "b", "c")}
    need, hidden = Need(at["a"], True, 45 * system.scale), np.ones(len(system.ids), dtype=bool)

    def doubting():
        left = seen.left(need, hidden)
        return None if left is None else [insiders.all[number].name for number in left]

    assert doubting() == ["the contributor W", "the contributor X"]
    seen.note(Movement(np.array([at["a"], at["b"]]), np.array([1.0, -1.0]) * system.scale))
    assert doubting() == ["the contributor W"]
    hidden[at["c"]] = False
    assert doubting() is None
