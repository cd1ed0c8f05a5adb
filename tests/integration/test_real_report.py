"""The report on the public licensing files: published cells recomputed from the raw files by the standard library.

The files lie outside the repository (../shared/real); the test skips where they are absent. Nothing of the project
computes what is expected here: not its readers, not DuckDB, not its rounding.
"""

from __future__ import annotations

import csv
import datetime
import json
from bisect import bisect_right
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from tests.integration.conftest import NL, RATES, REAL, UK, publish_signed

FIRST, LAST = datetime.date(2014, 10, 1), datetime.date(2014, 12, 31)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not REAL.is_dir(), reason=f"the public files are not at {REAL}: real reports are NOT tested"),
]


@pytest.fixture(scope="module")
def edition(real_licences: Path) -> Path:
    """The folder of the edition for 2014-Q4, made by the command line from the two authorities' files, and signed off
    by the command line: real figures do not appear before that.
    """
    return publish_signed(real_licences, "licensing_statistics", "2014-Q4")


def published(edition: Path, table: str, partner: str, **where: str) -> dict[str, str]:
    """The one row of a companion file."""
    with (edition / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["partner"] == partner and all(row[name] == value for name, value in where.items())
        ]
    assert len(rows) == 1, (table, partner, where, rows)
    return rows[0]


def raw(name: str) -> list[dict[str, str]]:
    with (REAL / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def uk_quarter() -> list[dict[str, str]]:
    return [row for row in raw(UK) if FIRST <= datetime.date.fromisoformat(row["date"]) <= LAST]


def dutch_quarter() -> list[dict[str, str]]:
    """Licences of the quarter. In these months the file writes day-month-year."""
    return [
        row for row in raw(NL) if row["Datum afgifte"][6:] == "2014" and row["Datum afgifte"][3:5] in ("10", "11", "12")
    ]


def test_decisions_are_the_licences_of_the_raw_file_and_refusals_those_marked_refused(edition: Path) -> None:
    lines = uk_quarter()
    total = published(edition, "decisions_by_type_and_outcome", "uk_export_control", is_total="true")
    assert int(total["decisions"]) == len({row["licence_group"] for row in lines})
    assert int(total["refused"]) == len({row["licence_group"] for row in lines if row["refused"] == "1"})
    goods = published(edition, "decisions_by_rating", "uk_export_control", is_total="true")
    assert (int(goods["lines"]), int(goods["refused"])) == (len(lines), sum(row["refused"] == "1" for row in lines))


def test_a_destination_and_a_rating_are_counted_as_in_the_raw_files(edition: Path) -> None:
    india = published(edition, "decisions_by_destination", "uk_export_control", destination_code="IN")
    assert int(india["decisions"]) == len({row["licence_group"] for row in uk_quarter() if row["country"] == "India"})
    cameras = published(edition, "decisions_by_rating", "uk_export_control", rating="ML10")
    assert int(cameras["lines"]) == sum(row["rating"] == "ML10" for row in uk_quarter())
    encryption = published(edition, "decisions_by_rating", "nl_foreign_affairs", rating="5A002")
    assert int(encryption["lines"]) == sum(row["SG-Post"].startswith("5A002") for row in dutch_quarter())


def test_pounds_become_euro_at_the_rate_of_the_day_of_the_decision(edition: Path) -> None:
    rates = {
        datetime.date.fromisoformat(row["Date"]): Decimal(row["GBP"])
        for row in raw(RATES)
        if row["GBP"] not in ("", "N/A")
    }
    days = sorted(rates)
    total = Decimal(0)
    for row in uk_quarter():
        if row["refused"] == "0" and row["value"]:
            day = datetime.date.fromisoformat(row["date"])
            rate = rates[days[bisect_right(days, day) - 1]]
            total += (Decimal(row["value"]) / rate).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    granted = published(edition, "values", "uk_export_control", is_total="true")
    assert Decimal(granted["value_eur"]) == total


def test_what_an_authority_does_not_publish_is_said_to_be_missing_and_never_zero(edition: Path) -> None:
    dutch = published(edition, "decisions_by_type_and_outcome", "nl_foreign_affairs", is_total="true")
    assert (dutch["decisions"], dutch["refused"], dutch["withdrawn"]) == (str(len(dutch_quarter())), "[x]", "[x]")
    for partner in ("uk_export_control", "nl_foreign_affairs"):
        assert published(edition, "processing_times", partner)["median_days"] == "[x]"


def test_the_manifest_names_the_raw_files(edition: Path) -> None:
    manifest = json.loads((edition / "manifest.json").read_text("utf-8"))
    assert {row["file_name"] for row in manifest["submissions"]} >= {Path(name).name for name in (UK, NL)}
    assert manifest["authorities"]["uk_export_control"].endswith("United Kingdom")
