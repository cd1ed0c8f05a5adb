"""Which profiles are compared: those that share a key and may be one party by kind."""

from typing import Any

import duckdb
import pytest

from orchestration.linkage import blocking
from orchestration.linkage.candidates import keys_of, pairs
from orchestration.linkage.profiles import read_profile
from tests.unit.linkage.makers import listed, row


def are_candidates(*rows: dict[str, Any]) -> bool:
    """Whether the two rows are compared."""
    with duckdb.connect() as scratch:
        profiles = [read_profile(one) for one in rows]
        _, found = pairs(scratch, keys_of(profiles), 0, lambda places: [profiles[place] for place in places])
        return list(found) == [(0, 1)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Drozhanka Pribor", "Pribor Drozhanka JSC"),
        ("Vostrelka Hafenfeld", "Vosterlka Hafenfeld"),
        ("Zhabelgor", "Жабелгор"),
        ("Qasim Tikhoniv", "Kassem Tichonyw"),
        ("Zhayevshu", "Žajewšu"),
        ("Uqmahrif", "وقمهريف"),
        ("Ranjoucler", "Ranjoucer"),
        ("Darmah", "Drmah"),
    ],
)
def test_spellings_of_one_name_are_compared(one: str, other: str) -> None:
    assert are_candidates(row(one), row(other))


def test_other_names_are_compared_by_what_identifies_them() -> None:
    assert not are_candidates(row("Drozhanka"), row("Hafenfeld"))
    assert are_candidates(row("Drozhanka", eori="XA0154858633"), row("Hafenfeld", eori="XA0154858633"))
    assert are_candidates(row("Drozhanka", aliases=["Lenkrad Hafenfeld"]), row("Hafenfeld Lenkrad"))
    born = {"birth_dates": ["1961-04-17"]}
    assert are_candidates(listed("Drozhanka", "EU", "1", **born), listed("Hafenfeld", "UN", "2", **born))
    assert not are_candidates(row("Drozhanka", **born), row("Hafenfeld", **born))


def test_a_number_with_a_wrong_check_digit_identifies_nobody() -> None:
    right, wrong = "529900T8BM49AURSDO55", "529900T8BM49AURSDO56"
    assert are_candidates(row("Drozhanka", lei=right), row("Hafenfeld", lei=right))
    assert not are_candidates(row("Drozhanka", lei=wrong), row("Hafenfeld", lei=wrong))


def test_persons_are_not_compared_with_firms_but_with_parties_of_unknown_kind() -> None:
    person, firm = row("Ivan Drozhanka", entity_kind="person"), row("Drozhanka Ivan", entity_kind="organisation")
    assert not are_candidates(person, firm)
    assert are_candidates(person, row("Drozhanka Ivan"))
    assert are_candidates(firm, row("Ivan Drozhanka", entity_kind="vessel"))


def test_two_versions_of_one_entry_are_not_compared() -> None:
    before, after = listed("Ivan Drozhanka", "EU", "7"), listed("Ivan Drozhanka", "EU", "7", countries=["XA"])
    assert not are_candidates(before, after)
    assert are_candidates(before, listed("Ivan Drozhanka", "EU", "8"))


def test_one_rare_word_is_no_reason_to_compare_firms_of_two_countries() -> None:
    here, there = {"countries": ["XA"]}, {"countries": ["XB"]}
    assert are_candidates(row("Drozhanka Nordwerk", **here), row("Drozhanka Hafenfeld", **here))
    assert not are_candidates(row("Drozhanka Nordwerk", **here), row("Drozhanka Hafenfeld", **there))
    assert are_candidates(row("Drozhanka Nordwerk", **here), row("Drozhanka Nordwerk", **there))


def test_common_words_make_no_key() -> None:
    assert {key[0] for key in blocking.keys(read_profile(row("Technology Services")))} <= {"x", "j", "y"}
