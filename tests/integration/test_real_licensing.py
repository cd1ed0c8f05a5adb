"""The public licensing files and the ECB's rates against their contracts: nothing lost and nothing misread.

The files lie outside the repository (../shared/real) and the tests skip where they are absent. What is
expected is told by the standard library alone from the raw file, or is a figure counted by hand; the
checker's own code is not used twice.
"""

import csv
import datetime
import itertools
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from orchestration.contracts.load import load_contracts
from orchestration.settings import PROJECT_ROOT
from orchestration.submissions.lake import Checked, accepted_sql, check_file
from tests.unit.test_code_lists import normal
from tests.unit.test_code_lists import rows as code_list

REAL = PROJECT_ROOT.parent / "shared" / "real"
CONTRACTS = load_contracts()
pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason=f"the public files are not at {REAL}: real feeds are NOT tested"
)

Check = Callable[[str], tuple[Checked, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """Checks a file of the real folder once; gives the account and the accepted rows."""
    known: dict[str, tuple[Checked, list[dict[str, Any]]]] = {}

    def checked(relative: str) -> tuple[Checked, list[dict[str, Any]]]:
        if relative not in known:
            contract = CONTRACTS.match(relative)
            assert contract is not None, f"no contract takes {relative}"
            folder = tmp_path_factory.mktemp("lake")
            outcome = check_file(REAL / relative, contract, folder)
            query = accepted_sql(contract, [folder])
            rows = duckdb.sql(query).to_arrow_table().to_pylist()
            known[relative] = (outcome, rows)
        return known[relative]

    return checked


def raw(relative: str, delimiter: str = ",") -> list[dict[str, str]]:
    """The records of a raw file by the standard library."""
    with (REAL / relative).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def warnings(checked: Checked) -> dict[str, int]:
    """How many rows each warning concerned."""
    return {found.rule: found.rows for found in checked.findings if found.severity == "warning"}


UK_LINES = "licensing_uk/values.csv"
UK_CRITERIA = "licensing_uk/refusal-criteria.csv"
NL = "licensing_nl/Overzicht.dual-use.goederen-2004-2015.csv"
DE = "licensing_de/ruex_2000_2013.csv"
ECB = "reference/eurofxref-hist.csv"


@pytest.mark.parametrize(
    ("relative", "read", "duplicates"),
    [(UK_LINES, 96_311, 0), (UK_CRITERIA, 1_943, 552), (NL, 6_335, 0), (DE, 2_497, 0), (ECB, 7_126, 0)],
)
def test_every_row_is_accounted_for_and_none_is_refused(
    check: Check, relative: str, read: int, duplicates: int
) -> None:
    counts = check(relative)[0].counts
    assert counts.rows_read == read
    assert counts.rows_quarantined == 0
    assert counts.rows_duplicate == duplicates
    assert counts.rows_accepted == read - duplicates


def test_uk_lines_keep_count_outcome_and_value(check: Check) -> None:
    rows = check(UK_LINES)[1]
    given = raw(UK_LINES)
    assert sum(row["is_refused"] for row in rows) == 1_411
    assert len({row["licence_group"] for row in rows if row["is_refused"]}) == 1_107
    assert sum(row["value"] or 0 for row in rows) == Decimal("59415766443")
    assert sum(row["value"] or 0 for row in rows) == sum(int(row["value"]) for row in given if row["value"])
    assert sum(row["value"] is None for row in rows) == 1_411
    assert sum(row["value"] == 0 for row in rows) == 2_529
    assert [row["rating_code"] for row in rows] == [row["rating"] for row in given]
    assert [row["destination_country"] for row in rows] == [row["country"] for row in given]


def test_uk_ratings_outside_the_lists_are_kept_and_flagged(check: Check) -> None:
    checked, rows = check(UK_LINES)
    kept = Counter(row["rating_code"] for row in rows)
    assert (kept["End Use"], kept["IRN"], kept["HR AIII"], kept["ml16"]) == (1_013, 235, 54, 1)
    assert warnings(checked)["rating_is_a_control_entry"] == 1_407


def test_uk_criteria_are_those_of_the_file_each_once(check: Check) -> None:
    rows = check(UK_CRITERIA)[1]
    given = {(row["licence_group"], row["criteria"]) for row in raw(UK_CRITERIA)}
    assert len(rows) == len(given) == 1_391
    assert {(row["licence_group"], row["criterion_code"]) for row in rows} == given


def test_dutch_dates_never_swap_day_and_month(check: Check) -> None:
    rows = check(NL)[1]
    for row, given in zip(rows, raw(NL), strict=True):
        first, second, year = given["Datum afgifte"].replace("/", "-").split("-")
        month, day = (first, second) if "/" in given["Datum afgifte"] else (second, first)
        assert row["issued_on"] == datetime.date(int(year), int(month), int(day))
    assert (min(row["issued_on"] for row in rows).year, max(row["issued_on"] for row in rows).year) == (
        2004,
        2015,
    )
    late = [row for row in rows if row["expires_on"] <= row["issued_on"]]
    assert len(late) == 4, "expiry before issue tells of a swapped date; four rows have it in the file itself"


def test_dutch_dates_run_with_the_file(check: Check) -> None:
    """Within a year the file is in the order of issue, so that a misread date would stand out."""
    rows = check(NL)[1]
    for year in range(2004, 2016):
        days = [row["issued_on"] for row in rows if row["issued_on"].year == year]
        steps = [(after - before).days for before, after in itertools.pairwise(days)]
        against = min(sum(step < 0 for step in steps), sum(step > 0 for step in steps))
        assert against <= 0.02 * len(days), f"{year}: {against} of {len(days)} licences are out of order"


def test_dutch_values_are_read_by_the_habit_of_their_time(check: Check) -> None:
    checked, rows = check(NL)
    by_text = {}
    for row, given in zip(rows, raw(NL), strict=True):
        text = given["Waarde(€)"].strip()
        by_text[text] = row["value"]
        groups = text.replace(",", ".").split(".")
        expected = int("".join([groups[0], *(group.ljust(3, "0") for group in groups[1:])]))
        assert row["value"] == expected, text
    assert [by_text[text] for text in ("25,740", "112.95", "3.5", "17.28", "2.308.000", "150.000.000")] == [
        25_740, 112_950, 3_500, 17_280, 2_308_000, 150_000_000,
    ]  # fmt: skip
    repairs = {found.rule: found.rows for found in checked.findings if found.severity == "repair"}
    assert repairs == {"value_lost_trailing_zeros": 20}
    assert sum(row["value"] for row in rows) == 101_738_105_845


def test_dutch_median_value_does_not_jump_with_the_format(check: Check) -> None:
    """A separator misread makes a year's typical value a thousand times too small or too large."""
    rows = check(NL)[1]
    medians = {}
    for year in range(2004, 2016):
        values = sorted(row["value"] for row in rows if row["issued_on"].year == year)
        medians[year] = values[len(values) // 2]
    january = sorted(row["value"] for row in rows if (row["issued_on"].year, row["issued_on"].month) == (2015, 1))
    assert all(8_000 < median < 120_000 for median in medians.values()), medians
    assert 3_000 < january[len(january) // 2] < 120_000


def test_dutch_values_that_may_be_too_small_are_flagged_and_not_guessed(check: Check) -> None:
    checked, rows = check(NL)
    assert warnings(checked)["small_values_of_january_2015_may_lack_thousands"] == 21
    lathe = [row for row in rows if row["goods_description"] == "CNC gestuurde draaimachine" and row["value"] < 1_000]
    assert [(row["value"], row["issued_on"]) for row in lathe] == [(417, datetime.date(2015, 1, 26))]


def test_dutch_texts_keep_their_lines_and_words(check: Check) -> None:
    rows = check(NL)[1]
    assert sum("\n" in (row["rating_code"] or "") for row in rows) > 50
    assert sum(row["rating_code"] is None for row in rows) == 141
    assert {row["destination_country"] for row in rows} >= {
        "Chili via België",
        "Diverse landen",
        "DE/FR/VK",
        "Trinidad en Tobago",
    }
    assert all(text == text.strip() for row in rows for text in row.values() if isinstance(text, str))


def test_german_values_survive_mixed_line_ends(check: Check) -> None:
    rows = check(DE)[1]
    given = raw(DE, ";")
    assert sum(row["value"] for row in rows) == sum(int(row["gesamt"]) for row in given) == 61_648_197_738
    assert [row["destination_iso3"] for row in rows if row["destination_country"] == "Kosovo"][:1] == ["123"]
    assert Counter(row["year_on"].year for row in rows) == Counter(int(row["year"][:4]) for row in given)


def test_reference_rates_are_those_of_the_table(check: Check) -> None:
    rows = {row["date"].isoformat(): row for row in check(ECB)[1]}
    given = raw(ECB)
    for line in given[::97]:
        row = rows[line["Date"]]
        for name, text in line.items():
            if name not in ("Date", "") and name is not None:
                expected = None if text in ("N/A", "") else Decimal(text)
                assert row[name.lower()] == expected, (line["Date"], name)


def test_every_destination_is_known_by_name(check: Check) -> None:
    """Each country in the files has an alias, once the Dutch words for 'via' and 'and' are taken apart."""
    known = {row["alias"] for row in code_list("country_aliases")}
    names = {row["destination_country"] for relative in (UK_LINES, DE) for row in check(relative)[1]}
    for row in check(NL)[1]:
        for text in (row["destination_country"], row["origin_country"] or ""):
            for leg in re.split(r"\bvia\b", text, flags=re.IGNORECASE):
                names |= {leg} if normal(leg) in known else set(re.split(r"[,/]|\ben\b", leg))
    assert sorted(name for name in names if normal(name) and normal(name) not in known) == []
