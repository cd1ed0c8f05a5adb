"""The annual report on the public licensing files: a whole year recomputed from the raw files by the standard library.

The home is that of test_real_report.py, and so are the reasons: nothing of the project computes what is expected here.
"""

from __future__ import annotations

import csv
import datetime
from bisect import bisect_right
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from tests.integration.conftest import RATES, REAL, UK, publish_signed
from tests.integration.test_real_report import published, raw

CRITERIA = "licensing_uk/refusal-criteria.csv"
PARTNER = "uk_export_control"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not REAL.is_dir(), reason=f"the public files are not at {REAL}: real reports are NOT tested"),
]


@pytest.fixture(scope="module")
def edition(real_licences: Path) -> Path:
    """The folder of the annual report for 2014, made and signed off by the command line."""
    return publish_signed(real_licences, "transparency_annual", "2014")


@pytest.fixture(scope="module")
def lines() -> list[dict[str, str]]:
    """The goods lines of the year, as the file has them."""
    return [row for row in raw(UK) if row["date"].startswith("2014-")]


def groups(lines: list[dict[str, str]], refused: str | None = None) -> set[str]:
    return {row["licence_group"] for row in lines if refused in (None, row["refused"])}


def published_rows(edition: Path, table: str) -> list[dict[str, str]]:
    with (edition / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["partner"] == PARTNER and row["is_total"] == "false"]


def test_the_year_is_that_of_the_raw_file_and_its_quarters_add_up_to_it(
    edition: Path, lines: list[dict[str, str]]
) -> None:
    year = published(edition, "decisions_by_type_and_outcome", PARTNER, is_total="true")
    assert (int(year["processed"]), int(year["refused"])) == (len(groups(lines)), len(groups(lines, "1")))
    for quarter in ("Q1", "Q2", "Q3", "Q4"):
        of_quarter = [row for row in lines if f"Q{(int(row['date'][5:7]) + 2) // 3}" == quarter]
        shown = published(edition, "decisions_by_quarter", PARTNER, quarter_code=quarter)
        assert (int(shown["processed"]), int(shown["refused"])) == (
            len(groups(of_quarter)),
            len(groups(of_quarter, "1")),
        )
    parts = published_rows(edition, "decisions_by_quarter")
    assert sum(int(row["processed"]) for row in parts) == int(year["processed"])


def test_refusals_by_criterion_count_a_refusal_under_each_criterion_that_it_cites(
    edition: Path, lines: list[dict[str, str]]
) -> None:
    refused = groups(lines, "1")
    cited: dict[str, set[str]] = defaultdict(set)
    for row in raw(CRITERIA):
        if row["licence_group"] in refused:
            cited[row["criteria"].strip().rstrip("abcdef")].add(row["licence_group"])
    several = Counter(group for found in cited.values() for group in found)
    assert max(several.values()) > 1, "no refusal of the year cites several criteria, so nothing is shown"
    for row in published_rows(edition, "refusals_by_criterion"):
        expected = (
            len(cited.get(row["criterion_code"], ()))
            if row["criterion_code"] != "none"
            else len(refused - set(several))
        )
        assert int(row["refusals"]) == expected, row["criterion"]
        share = (Decimal(expected) / len(refused)).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
        assert Decimal(row["share_of_refusals"]) == share
    total = published(edition, "refusals_by_criterion", PARTNER, is_total="true")
    assert int(total["refusals"]) == sum(several.values()) > len(refused)


def test_refusals_by_destination_are_the_licences_refused_for_that_country(
    edition: Path, lines: list[dict[str, str]]
) -> None:
    for code, country in (("RU", "Russia"), ("PK", "Pakistan"), ("CN", "China")):
        refused = {row["licence_group"] for row in lines if row["refused"] == "1" and row["country"] == country}
        shown = published(edition, "refusals_by_destination", PARTNER, destination_code=code)
        assert int(shown["refusals"]) == len(refused) > 0
        criteria = {(row["licence_group"], row["criteria"].strip()[0]) for row in raw(CRITERIA)}
        assert int(shown["criterion_1"]) == sum((group, "1") in criteria for group in refused)


def test_the_value_licensed_is_the_sum_of_the_raw_lines_at_the_rates_of_their_days(
    edition: Path, lines: list[dict[str, str]]
) -> None:
    rates = {row["Date"]: Decimal(row["GBP"]) for row in raw(RATES) if row["GBP"] not in ("", "N/A")}
    days = sorted(rates)
    euro: dict[str, Decimal] = defaultdict(Decimal)
    for row in lines:
        if row["refused"] == "0" and row["value"]:
            rate = rates[days[bisect_right(days, row["date"]) - 1]]
            euro[row["rating"]] += (Decimal(row["value"]) / rate).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    for table in ("values_by_destination", "values_by_rating"):
        total = published(edition, table, PARTNER, is_total="true")
        assert Decimal(total["value_eur"]) == sum(euro.values())
    assert Decimal(published(edition, "values_by_rating", PARTNER, rating="ML10")["value_eur"]) == euro["ML10"]
    assert datetime.date.fromisoformat(days[0]) < datetime.date(2014, 1, 1)


def test_what_the_authority_does_not_publish_is_said_to_be_missing_and_never_zero(edition: Path) -> None:
    rates = {row["variant"]: row for row in _variants(edition)}
    assert (rates["A"]["refusal_share"], rates["C"]["refusal_share"]) == ("[x]", "[x]")
    assert Decimal(rates["B"]["refusal_share"]) == Decimal("0.018")
    for table, column in (
        ("values_by_destination", "exported_eur"),
        ("decisions_by_destination", "other"),
        ("decisions_by_type_and_outcome", "revoked"),
    ):
        assert published(edition, table, PARTNER, is_total="true")[column] == "[x]"
    for table in ("open_licences", "processing_times", "backlog", "appeals", "decisions_by_end_user"):
        assert "[x]" in published(edition, table, PARTNER).values()


def _variants(edition: Path) -> list[dict[str, str]]:
    with (edition / "tables" / "refusal_rates.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["partner"] == PARTNER]
