"""A scenario on real licensing data: its counts and values are those that the raw file gives by itself."""

import csv
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT
from tests.integration.conftest import entrepot

VALUES = PROJECT_ROOT.parent / "shared" / "real" / "licensing_uk" / "values.csv"
NAMES = {"China": "CN", "India": "IN", "United Arab Emirates": "AE"}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not VALUES.is_file(), reason=f"{VALUES} is not there: the scenario on real lines is NOT tested"),
]


def test_information_security_equipment_to_three_destinations(real_licences: Path, tmp_path: Path) -> None:
    example = (PROJECT_ROOT / "docs/examples/scenario_control.yaml").read_text(encoding="utf-8")
    proposal = tmp_path / "british.yaml"
    proposal.write_text(f"{example}  partners: [uk_export_control]\n", encoding="utf-8")
    done = entrepot(real_licences, "scenario", str(proposal), "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)

    records, licences, values = Counter(), set(), Counter()
    with VALUES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rating, country = row["rating"].strip(), row["country"].strip()
            if (rating == "5A002" or rating.startswith("5A002.")) and country in NAMES and row["refused"] == "0":
                records[NAMES[country]] += 1
                licences.add(row["licence_group"])
                values[NAMES[country]] += Decimal(row["value"])
    assert {row["destination"]: row["records"] for row in said["breakdowns"]["by_destination"]} == dict(records)
    assert said["totals"]["records"] == sum(records.values()) > 1_000
    assert said["totals"]["applications"] == len(licences)
    assert [(row["currency"], Decimal(row["value"])) for row in said["breakdowns"]["by_currency"]] == [
        ("GBP", sum(values.values()))
    ]
    by_destination = Counter()
    for row in said["rows"]:
        by_destination[row["destination_code"]] += Decimal(row["value"])
    assert by_destination == values
