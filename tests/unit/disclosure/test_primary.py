"""The primary rules at their edges, and against what acro says of the same microdata."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from reports.disclosure.description import Figure
from reports.disclosure.policy import Profile, profiles
from reports.disclosure.primary import count_rule, value_rules
from reports.errors import ReportError

ACRO = Path(__file__).parent / "acro"
RULES = {"MinimumThresholdCheck": "frequency", "PPercentCheck": "p%", "NKCheck": "dominance"}


def profile(**changes):
    said = {
        "name": "trial", "version": 1, "method": "suppress", "approved_by": "a test", "approved_on": date(2026, 1, 1),
        "words": "", "threshold": 3, "p": Decimal(10), "dominance": None,
    }  # fmt: skip
    return Profile(**{**said, **changes})


def value(*amounts, names="ABCDEFGHIJKLMNOP"):
    own = dict(zip(names, map(Decimal, amounts), strict=False))
    return Figure("x", "x", sum(own.values(), Decimal(0)), False, own)


def count(number):
    return Figure("x", "x", Decimal(number), True)


@pytest.mark.parametrize(("number", "is_sensitive"), [(0, False), (1, True), (2, True), (3, False)])
def test_a_count_is_sensitive_above_nothing_and_below_the_threshold(number, is_sensitive):
    assert (count_rule(count(number), profile()) is not None) is is_sensitive


def test_the_guess_at_a_small_count_leaves_nothing_to_the_threshold_open():
    found = count_rule(count(2), profile(threshold=5))
    assert (2 - found.lower, 2 + found.upper) == (0, 5)


def test_one_and_two_contributors_are_sensitive_whatever_the_threshold():
    assert value_rules(value(10, 10), profile(threshold=2, p=None)).rules == ("frequency",)
    assert value_rules(value(10), profile(threshold=2, p=None)).rules == ("frequency",)
    assert value_rules(value(10, 10, 10), profile(threshold=2, p=None)) is None


def test_p_percent_is_below_and_not_at():
    assert value_rules(value(100, 50, 10), profile()) is None
    assert value_rules(value(100, 50, "9.99"), profile()).rules == ("p%",)


def test_the_level_of_p_percent_is_what_is_missing_to_it():
    assert value_rules(value(1000, 50, 20), profile()).upper == 80  # 10 % of 1000, less the 20 that hide it


def test_dominance_is_above_and_not_at():
    rule = profile(p=None, dominance=(2, Decimal(85)))
    assert value_rules(value(50, 35, 15), rule) is None
    found = value_rules(value(50, 36, 14), rule)
    assert found.rules == ("dominance",)
    assert found.upper > 0


def test_a_contribution_below_zero_is_always_sensitive():
    assert "negative" in value_rules(value(100, 90, 80, -5), profile()).rules


def test_who_waived_is_taken_as_known():
    assert value_rules(value(1000, 80, 70, 60), profile()) is None
    left = value_rules(value(1000, 80, 70, 60), profile(), frozenset({"C", "D"}))
    assert "frequency" in left.rules
    assert value_rules(value(1000), profile(), frozenset({"A"})) is None


def test_contributors_that_are_not_known_are_not_judged_and_none_is_none():
    assert value_rules(Figure("x", "x", Decimal(5), False, None), profile()) is None
    assert value_rules(Figure("x", "x", Decimal(0), False, {}), profile()) is None


def test_the_flags_are_those_of_acro():
    cells = defaultdict(dict)
    with (ACRO / "microdata.csv").open() as handle:
        for row in csv.DictReader(handle):
            cells[row["row"], row["column"]][row["firm"]] = Decimal(row["value"])
    appetite = profile(threshold=10, p=Decimal(10), dominance=(2, Decimal(90)))
    seen = set()
    with (ACRO / "flags.csv").open() as handle:
        for row in csv.DictReader(handle):
            own = cells[row["row"], row["column"]]
            found = value_rules(Figure("x", "x", sum(own.values()), False, own), appetite)
            said = {RULES[word.strip()] for word in row["rules"].split(";") if word.strip() in RULES}
            assert set(found.rules if found else ()) == said, row
            seen.add(frozenset(said))
    assert len(seen) >= 5  # cells that break none, one, two and all of the rules


def test_profiles_are_read_strictly(tmp_path):
    assert {"exact", "values", "few", "round5", "round5_random", "withheld"} == set(profiles())
    path = tmp_path / "profiles.yaml"
    head = "profiles:\n  - {name: a, version: 1, method: suppress, approved_by: x, approved_on: 2026-01-01, words: w"
    for entry, fault in (
        ("threshold: 1", "threshold"),
        ("threshold: 3, k: 1", "k"),
        ("threshold: 3, p: 0", "p must be"),
        ("threshold: 3, approved_by: ' '", "nobody approved"),
    ):
        path.write_text(
            f"{head}, {entry}}}\n".replace("approved_by: x, ", "" if "approved_by" in entry else "approved_by: x, ")
        )
        profiles.cache_clear()
        with pytest.raises(ReportError, match=fault):
            profiles(path)
    profiles.cache_clear()
