"""Rounded counts: the number, what it stands for, and which small counts all bands together give away, by trial."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.disclosure.audit import READER
from reports.disclosure.cells import Cell
from reports.disclosure.description import Description, Figure, adds_to
from reports.disclosure.measures import Measure
from reports.disclosure.policy import profiles
from reports.disclosure.protect import DisclosureError, protect
from reports.disclosure.record import decision_record, remembered
from reports.disclosure.rounding import band, key_mark, rounded
from reports.disclosure.rounding_audit import worked_out
from reports.errors import ReportError
from tests.unit.disclosure.grids import cross_table

NEAREST, DRAWN = profiles()["round5"], profiles()["round5_random"]
KEY = b"a secret of the tests"
MANY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def bands(table, profile=NEAREST):
    numbers = {name: rounded(one.value, profile, name, KEY) for name, one in table.figures.items()}
    return {name: band(number, profile.base, profile.random) for name, number in numbers.items()}


def small(table, base=5):
    return {name for name, one in table.figures.items() if 0 < one.value < base}


def told(table, shown, base=5):
    return {(one.id, one.attacker) for one in worked_out(table, shown, small(table, base), base)}


@given(st.integers(0, 10**6), st.integers(2, 12))
def test_a_number_stands_for_exactly_the_counts_of_its_band(value, base):
    profile = replace(NEAREST, base=base)
    printed = rounded(Decimal(value), profile, "x")
    low, high = band(printed, base, False)
    assert printed % base == 0 and low <= value <= high
    inside = {rounded(Decimal(n), profile, "x") for n in range(int(low), int(high) + 1)}
    assert inside == {printed}
    assert rounded(high + 1, profile, "x") != printed and (low == 0 or rounded(low - 1, profile, "x") != printed)


def test_one_and_two_look_as_nought_does():
    assert [rounded(Decimal(n), NEAREST, "x") for n in range(9)] == [0, 0, 0, 5, 5, 5, 5, 5, 10]


@given(st.integers(0, 1000), st.text(max_size=20))
def test_a_draw_is_within_its_band_and_repeats_itself(value, identity):
    printed = rounded(Decimal(value), DRAWN, identity, KEY)
    low, high = band(printed, 5, True)
    assert printed % 5 == 0 and low <= value <= high
    assert printed == rounded(Decimal(value), DRAWN, identity, KEY)
    assert value % 5 or printed == value


def test_draws_are_right_on_average_and_another_key_draws_otherwise():
    drawn = [rounded(Decimal(7), DRAWN, str(n), KEY) for n in range(4000)]
    assert abs(float(sum(drawn)) / len(drawn) - 7) < 0.15
    assert drawn[:50] != [rounded(Decimal(7), DRAWN, str(n), KEY[::-1]) for n in range(50)]


def test_a_draw_without_a_secret_is_refused():
    with pytest.raises(ReportError, match="no secret to draw by"):
        rounded(Decimal(7), DRAWN, "x", b"")
    assert key_mark(KEY) != key_mark(KEY[::-1]) and KEY.hex() not in key_mark(KEY)


def worlds_of(table, shown, fine):
    """All tables of whole numbers that fit what is shown: the finest counts by trial, their sums from them."""
    ranges = [range(int(shown[name][0]), int(shown[name][1]) + 1) for name in fine]
    heads = {relation.terms[-1][0]: [name for name, _ in relation.terms[:-1]] for relation in table.relations}
    for values in product(*ranges):
        world = dict(zip(fine, values, strict=True))
        while len(world) < len(table.figures):
            for head, parts in heads.items():
                if all(part in world for part in parts):
                    world[head] = sum(world[part] for part in parts)
        if all(shown[name][0] <= world[name] <= shown[name][1] for name in shown):
            yield world


def by_trial(table, shown, base=5):
    """What readers, and each who is counted in a finest class, can tell exactly."""
    heads = {relation.terms[-1][0] for relation in table.relations}
    fine = [name for name in table.figures if name not in heads]
    worlds = list(worlds_of(table, shown, fine))
    found = set()
    for name in small(table, base):
        truth = int(table.figures[name].value)
        if {world[name] for world in worlds} == {truth}:
            found.add(name)
            continue
        for own in fine:
            count = int(table.figures[own].value)
            if not 0 < count < base or (own == name and count == 1):
                continue
            known = [world for world in worlds if (world[own] == 1 if count == 1 else world[own] >= 1)]
            if {world[name] for world in known} == {truth}:
                found.add(name)
    return found


def small_table(seed, rows, columns, at_most=4):
    chance = random.Random(seed)
    cells = {
        (f"r{r}", f"c{c}"): chance.choice([0, 1, 1, 2, 2, 3, at_most]) for r in range(rows) for c in range(columns)
    }
    return cross_table(cells)


@MANY
@given(st.integers(0, 10**6), st.sampled_from([(2, 2), (3, 2), (5, 1)]), st.booleans())
def test_the_audit_finds_what_enumeration_finds(seed, size, is_random):
    profile = DRAWN if is_random else NEAREST
    table = small_table(seed, *((2, 2) if is_random else size), 6)
    shown = bands(table, profile)
    assert {name for name, _ in told(table, shown)} == by_trial(table, shown)


@MANY
@given(st.integers(0, 10**6), st.booleans())
def test_what_is_published_is_what_nobody_can_work_out(seed, is_random):
    """The whole way: protect refuses exactly the tables of which enumeration tells a small count."""
    table, profile = (small_table(seed, 2, 2), DRAWN) if is_random else (small_table(seed, 3, 2), NEAREST)
    if by_trial(table, bands(table, profile)):
        with pytest.raises(DisclosureError, match="could be worked out"):
            protect(table, profile, key=KEY)
    else:
        done = protect(table, profile, key=KEY)
        assert done.rounded == {name: rounded(one.value, profile, name, KEY) for name, one in table.figures.items()}
        assert done.hidden == frozenset()


def test_four_noughts_under_a_total_of_ten_tell_themselves():
    """2 + 2 + 2 + 2 is printed 10, and nothing else under four noughts is."""
    table = cross_table({("a",): 2, ("b",): 2, ("c",): 2, ("d",): 2})
    assert told(table, bands(table)) == {(name, READER) for name in "abcd"}
    with pytest.raises(DisclosureError, match="cell a; cell b"):
        protect(table, NEAREST)


def test_one_true_margin_beside_rounded_cells_is_caught():
    """The mutation: rounding that leaves a total as it is."""
    table = cross_table({("a", "x"): 2, ("b", "x"): 2, ("a", "y"): 11, ("b", "y"): 23})
    shown = bands(table)
    assert told(table, shown) == set()
    total = table.figures["*/x"].value
    assert {name for name, _ in told(table, {**shown, "*/x": (total, total)})} >= {"a/x", "b/x", "*/x"}


def test_whoever_stands_alone_is_an_attacker_too():
    """One who is alone in a class of a total of 3 to 7: the other class is 2 for him, and 1 or 2 for readers."""
    cells = {"a": 1, "b": 2}
    figures = {name: Figure(name, f"cell {name}", Decimal(n), True) for name, n in {**cells, "*": 3}.items()}
    table = Description(figures, (adds_to(["a", "b"], "*", "all"),))
    assert told(table, bands(table)) == {("b", "somebody counted in a"), ("*", "somebody counted in a")}
    wider = cross_table({("a",): 1, ("b",): 2, ("c",): 2})
    assert told(wider, bands(wider)) == set()


def earlier_of(table, done, profile, edition="v1"):
    record = decision_record(table, profile, done.sensitive, done.hidden, rounded=done.rounded)
    return remembered(edition, record)


def test_later_editions_are_audited_with_the_bands_of_those_before():
    """The earlier edition has one class less: what it leaves is the new one's count, if both totals are close."""
    cells = {("a",): 13, ("b",): 21, ("c",): 30}
    first = cross_table(cells)
    memory = earlier_of(first, protect(first, NEAREST), NEAREST)
    assert {one.id: one.band for one in memory.figures}["a"] == (13, 17)
    later = cross_table({("a",): 13, ("b",): 21, ("c",): 31})
    done = protect(later, NEAREST, [memory])
    assert done.rounded["c"] == 30
    # An edition that printed its figures exactly has told them; the later one need not stop for that.
    out = remembered("v1", decision_record(later, profiles()["exact"], {}, []))
    assert protect(later, NEAREST, [out]).rounded == protect(later, NEAREST).rounded


def test_earlier_bands_can_stop_an_edition():
    """Alone the table is safe; with an earlier edition of finer bands of the same count it is not."""
    table = cross_table({("a",): 2, ("b",): 20})
    memory = earlier_of(table, protect(table, NEAREST), NEAREST)
    assert protect(table, NEAREST, [memory]).rounded["a"] == 0
    by_threes = [replace(one, band=(Decimal(2), Decimal(4)) if one.id == "a" else one.band) for one in memory.figures]
    with pytest.raises(DisclosureError, match="cell a"):
        protect(table, NEAREST, [replace(memory, figures=tuple(by_threes))])


def test_what_was_rounded_is_not_shown_or_hidden_by_another_rule_later():
    table = cross_table({("a",): 2, ("b",): 20})
    memory = earlier_of(table, protect(table, NEAREST), NEAREST)
    with pytest.raises(ReportError, match="Keep a profile that rounds"):
        protect(table, profiles()["few"], [memory])
    assert protect(table, profiles()["withheld"], [memory]).hidden == set(table.figures)


def test_a_table_of_eight_hundred_counts_is_audited_in_seconds():
    chance = random.Random(4)
    cells = {(f"r{r}", f"c{c}"): chance.choice([0, 0, 1, 2, 4, 9, 30]) for r in range(40) for c in range(20)}
    table, started = cross_table(cells), time.process_time()
    done = protect(table, DRAWN, key=KEY)
    assert len(done.sensitive) > 200
    assert time.process_time() - started < 20


def test_a_total_that_is_known_from_elsewhere_is_taken_as_known():
    """Rounded, 6 to 7 in three classes leaves room; known to be 6, with two noughts of at most 2, it leaves 2 alone."""
    table = cross_table({("a",): 2, ("b",): 2, ("c",): 2})
    assert protect(table, NEAREST).rounded["*"] == 5
    with pytest.raises(DisclosureError, match="cell a; cell b; cell c"):
        protect(table, NEAREST, known={"*"})
    roomy = cross_table({("a",): 2, ("b",): 2, ("c",): 20})
    assert protect(roomy, NEAREST, known={"*"}).rounded["*"] == 25


def of_period(period, value):
    """One count of a measure that reports share."""
    name = f"cases/p/{period}/all"
    figure = Figure(name, f"cases of {period}", Decimal(value), True, cells=(Cell("p", period),))
    return Description({name: figure})


def test_the_quarters_of_a_measure_and_their_year_are_one_system_of_bands():
    """Four quarters of two are printed 0 each, and their year 10: each report alone is safe, all of them are not."""
    cases = Measure("cases", "all", "adds")
    memory = []
    for quarter in range(1, 5):
        told = of_period(f"2025-Q{quarter}", 2)
        done = protect(told, NEAREST, memory, measure=cases)
        memory.append(earlier_of(told, done, NEAREST, f"2025-Q{quarter}-v1"))
    year = of_period("2025", 8)
    assert protect(year, NEAREST).rounded == {"cases/p/2025/all": 10}
    with pytest.raises(DisclosureError, match="cases of 2025-Q1"):
        protect(year, NEAREST, memory, measure=cases)
