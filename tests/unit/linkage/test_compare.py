"""What two profiles have in common: each measure by example, and the same from both sides."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.linkage.compare import MEASURES, measure, programmes, ready
from orchestration.linkage.profiles import read_profile
from tests.unit.linkage.makers import listed, row


def measures(one: dict[str, Any], other: dict[str, Any]) -> dict[str, float | None]:
    """The measures of two rows by name."""
    return dict(zip(MEASURES, measure(ready(read_profile(one)), ready(read_profile(other))), strict=True))


EU, UN = ("EU", "1"), ("UN", "2")


@pytest.mark.parametrize(
    ("name", "one", "other", "expected"),
    [
        ("person", row("A B", entity_kind="person"), row("A B"), 1),
        ("person", row("A B", entity_kind="organisation"), row("A B"), 0),
        ("listed", row("A B"), row("A C"), 0),
        ("listed", listed("A B", *EU), row("A B"), 1),
        ("listed", listed("A B", *EU), listed("A B", *UN), 2),
        ("listed", listed("A B", *EU), listed("A B", "EU", "3"), 3),
        ("listed", listed("A B", *EU), listed("A B", "EU", "3", list_entry_ref="1"), 4),
        ("kinds", row("A", entity_kind="vessel"), row("A", entity_kind="organisation"), 0),
        ("kinds", row("A", entity_kind="vessel"), row("A"), None),
        ("exact_count", row("Ivan Belgor", aliases=["Vanya B"]), row("B Vanya", aliases=["Belgor, Ivan"]), 2),
        ("exact_bits", row("Ivan Drozhanka"), row("Hafenfeld"), 0),
        ("cover", row("Drozhanka Nordwerk"), row("Nordwerk Drozhanka"), 1),
        ("sort_ratio", row("Drozhanka Nordwerk"), row("Nordwerk Drozhanka"), 100),
        ("sound_cover", row("Žajewšu Nordwerk"), row("Nordwerk Zhayevshu"), 1),
        ("sound_cover", row("Drozhanka"), row("Drozhnkaa"), 0),
        ("bones_ratio", row("Qasim Tikhoniv"), row("Kassem Tichonyw"), 100),
        ("bones_ratio", row("Sursha Torg"), row("Sourcha Torg"), 95),
        ("sort_ratio", row("Yevtsaky Torg"), row("Jewcaki Torg"), None),
        ("join_ratio", row("Yevtsaky Torg"), row("Jewcaki Torg"), None),
        ("companies", row("Zorvel SA"), row("Zorvel SARL"), 0),
        ("companies", row("Zorvel SA"), row("Zorvel AG"), 1),
        ("companies", row("Zorvel SA"), row("Zorvel"), None),
        ("companies", row("Abel SA", entity_kind="person"), row("Abel SARL"), None),
        ("birth", row("A", birth_dates=["1961-04-17"]), row("B", birth_dates=["1950", "1961-04-17"]), 6),
        ("birth", row("A", birth_dates=["1961-04-05"]), row("B", birth_dates=["1961-05-04"]), 5),
        ("birth", row("A", birth_dates=["1961-04-05"]), row("B", birth_dates=["1961"]), 4),
        ("birth", row("A", birth_dates=["1960/1962"]), row("B", birth_dates=["1961-05-04"]), 3),
        ("birth", row("A", birth_dates=["1961-04-05"]), row("B", birth_dates=["1963-05-04"]), 2),
        ("birth", row("A", birth_dates=["1961"]), row("B", birth_dates=["1970"]), 1),
        ("birth", row("A", birth_dates=["1961"]), row("B", birth_dates=["1980"]), 0),
        ("birth", row("A", birth_dates=["1961"]), row("B"), None),
        ("country", row("A", countries=["XA", "XB"]), row("B", countries=["XB"]), 1),
        ("country", row("A", countries=["XA"]), row("B", countries=["XB"]), 0),
        ("country", row("A", countries=["XA"]), row("B", countries=[]), None),
        ("numbers", row("A", registration_no="XA-12345"), row("B", registration_no="XA 12345"), 1),
        ("number_kinds", row("A", registration_no="XA-12345"), row("B", registration_no="XA-99999"), 0),
        ("number_kinds", row("A", registration_no="XA-12345"), row("B", eori="XA0154858633"), None),
        ("numerals", row("Brigade 32"), row("Brigade 33"), 0),
        ("numerals", row("Brigade"), row("Brigada"), None),
        ("places", row("A", city="Hafenfeld"), row("B", addresses=["12 Ring, Nordfeld"]), 0),
        ("gap_days", row("A", listed_on="2020-01-31"), row("B", listed_on="2020-02-02"), 2),
        ("list_refs", row("A", list_refs=["QDi.408"]), row("B", list_refs=["QDI 408"]), 1),
        ("list_refs", row("A", list_refs=["QDi.408"]), row("B", list_refs=["QDi.409"]), 0),
        ("list_refs", row("A", list_refs=["QDi.408"]), row("B"), None),
        ("extra", row("Drozhanka Nordwerk"), row("Hafenfeld Lenkrad"), 0),
        ("aliases", row("A", aliases=["C", "D"]), row("B", aliases=["E"]), 2),
    ],
)  # fmt: skip
def test_each_measure(name: str, one: dict[str, Any], other: dict[str, Any], expected: float | None) -> None:
    found = measures(one, other)[name]
    assert found is None if expected is None else found == pytest.approx(expected)


def test_a_slip_costs_little_and_another_name_much() -> None:
    slip = measures(row("Drozhanka Hafenfeld"), row("Drozhnaka Hafenfeld"))
    other = measures(row("Drozhanka Hafenfeld"), row("Drozhanka Lenkrad"))
    assert slip["cover"] is not None and other["cover"] is not None and 0.8 < slip["cover"] < 1 > 0.6 > other["cover"]


def test_programmes_that_lists_use_for_the_same_parties_go_together() -> None:
    (one, other), bits = max(programmes()[0].items(), key=lambda item: item[1])
    sides = [
        listed("A", *programme.split(":")[:1], "1", programmes=[programme.split(":", 1)[1]])
        for programme in (one, other)
    ]
    assert measures(sides[0], sides[1])["programmes"] == bits > 3
    assert measures(sides[0], row("A", programmes=["not of any list"]))["programmes"] is None


WORDS = st.lists(
    st.sampled_from(["Drozhanka", "Nordwerk", "Technology", "32", "Ivan", "Iwan", "al", "J."]), min_size=1, max_size=4
)
NAMES = st.lists(WORDS.map(" ".join), min_size=1, max_size=4)
ROWS = st.builds(
    lambda names, kind, years: row(names[0], aliases=names[1:], entity_kind=kind, birth_dates=years),
    NAMES,
    st.sampled_from(["person", "organisation", None]),
    st.lists(st.sampled_from(["1961", "1961-04-05", "1962~"]), max_size=2),
)  # fmt: skip


@given(ROWS, ROWS)
def test_a_pair_measures_the_same_from_both_sides(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert measures(one, other) == measures(other, one)


def test_how_entries_of_two_lists_are_spelt_counts_however_they_are_read() -> None:
    one, other = listed("Yevtsaky Torg", *EU), listed("Jewcaki Torg", *UN)
    assert measures(one, other)["sort_ratio"] == measures(other, one)["sort_ratio"] is not None


def test_two_sounds_of_a_name_and_a_common_word_of_a_trade_are_not_the_same_name_heard() -> None:
    assert measures(row("Ñojo Sistemas"), row("Ñoisa Sistemas"))["bones_ratio"] < 95  # type: ignore[operator]
    assert measures(row("Sursha Torg"), row("Sourcha Optika"))["bones_ratio"] < 95  # type: ignore[operator]
