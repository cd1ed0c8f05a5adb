"""The parts: names, numbers, clocks, and rows broken on purpose."""

import random

import numpy as np
import pytest
from stdnum import lei, luhn

from orchestration.contracts.load import load_contracts
from orchestration.sample import calendar, columns, defects, identifiers, names, parties, slips
from orchestration.sample.flavours import FLAVOURS
from orchestration.sample.names import Variant
from orchestration.sample.world import World

SAMPLE = ("trade_ministry", "customs_service", "prosecution_service", "intelligence_service", "foreign_ministry",
          "allied_licensing_authority", "central_bank")  # fmt: skip


def test_check_digits_hold() -> None:
    ordinal = np.arange(500)
    assert all(lei.is_valid(code) for code in identifiers.lei_codes(ordinal).to_pylist())
    assert all(luhn.is_valid(code[2:]) for code in identifiers.eori_numbers(ordinal).to_pylist())
    mrn = identifiers.movement_references(np.full(500, 2025), ordinal + 10**9).to_pylist()
    assert len(set(mrn)) == 500
    assert {len(code) for code in mrn} == {18}


@pytest.mark.parametrize("flavour", sorted(FLAVOURS))
def test_variants_are_of_one_name(flavour: str) -> None:
    rng = random.Random(4)
    for make in (names.company, names.person):
        for _ in range(20):
            spelt = make(rng, flavour)
            assert len(spelt) == len(Variant)
            assert spelt[Variant.UPPER] == spelt[Variant.PLAIN].upper()
            assert names.folded(spelt[Variant.UNACCENTED]) == names.folded(spelt[Variant.PLAIN])
            assert abs(len(spelt[Variant.TYPO]) - len(spelt[Variant.PLAIN])) <= 1
            for variant in Variant:
                if variant not in (Variant.NATIVE, Variant.OTHER_SCHEME):
                    spelt[variant].encode("cp1252")  # the ministry's and customs' spellings fit the ministry's files


def test_some_names_have_a_script_of_their_own() -> None:
    rng = random.Random(4)
    own = {
        f
        for f in FLAVOURS
        if not names.company(rng, f)[Variant.NATIVE].isascii() and f in ("cyrillic", "greek", "arabic")
    }
    assert own == {"cyrillic", "greek", "arabic"}


def test_no_two_parties_of_a_country_share_a_name(larger: World) -> None:
    people = larger.people
    plain = people.spelt(np.arange(len(people)), np.zeros(len(people), np.int64)).to_pylist()
    known = [(country, names.folded(name)) for country, name in zip(people.country.tolist(), plain, strict=True)]
    assert len(set(known)) == len(known)
    assert len({name for _, name in known}) < len(known)  # but some have a namesake abroad


def test_habits_add_up_and_fit_the_ministrys_encoding() -> None:
    for agency, weights in parties.HABITS.items():
        assert sum(weights) == pytest.approx(1), agency
    assert parties.HABITS["trade_ministry"][Variant.NATIVE] == 0
    assert parties.HABITS["trade_ministry"][Variant.OTHER_SCHEME] == 0


def test_working_clock_is_undone_by_its_inverse() -> None:
    clock = np.sort(np.random.default_rng(1).uniform(0, 400, 1_000))
    moments = calendar.at_working_time(clock)
    assert np.all(np.diff(moments) >= np.timedelta64(0))
    assert np.allclose(calendar.working_clock(moments), clock, atol=1e-3)
    assert not np.isin(moments.astype("datetime64[D]"), calendar.HOLIDAYS).any()


def test_decimals_are_exact() -> None:
    column = columns.decimals(np.array([5, -1, 123_456_789_012_345]), 2, np.array([True, True, True]))
    assert [str(value) for value in column.to_pylist()] == ["0.05", "-0.01", "1234567890123.45"]
    assert columns.decimals(np.array([5]), 2, np.array([False])).to_pylist() == [None]


def test_rank_within_counts_each_run() -> None:
    assert columns.rank_within(np.array([3, 3, 4, 7, 7, 7])).tolist() == [0, 1, 0, 0, 1, 2]
    assert columns.rank_within(np.array([], np.int64)).tolist() == []


def test_every_error_rule_of_the_sample_can_be_broken() -> None:
    """But for types in a typed file, and lists, which are no text that could be mistyped."""
    for contract in load_contracts().values():
        if contract.partner in SAMPLE:
            left = defects.unbreakable(contract)
            assert all(rule.endswith(("_is_an_array", "_is_a_date", "_is_an_integer")) for rule in left), contract.id
            assert contract.format in ("parquet", "xml", "jsonl") or not left


def test_slips_keep_the_letters_and_digits_of_a_code() -> None:
    field = load_contracts()["customs_service/seizures"].field_by_name["control_code"]
    rng = np.random.default_rng(2)
    for code in ("3A001.a.2", "ML10.c", "1C350.16", "6A002.a.2.a"):
        for _ in range(30):
            wrong = slips._misspelt(rng, field, code, "utf-8")
            latin = wrong.translate(str.maketrans("АВСЕ", "ABCE"))
            assert names.folded(latin) == names.folded(code)
