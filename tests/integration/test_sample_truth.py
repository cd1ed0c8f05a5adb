"""The intake's verdict on every row of the sample drop is the one that the sample's maker planted."""

import csv
import json
import os
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import Contract
from orchestration.sample import generate
from orchestration.submissions.lake import accepted_sql, check_file

SCALE = float(os.environ.get("ENTREPOT_SAMPLE_SCALE", "0.1"))
SEED = int(os.environ.get("ENTREPOT_SAMPLE_SEED", "11"))


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "drop"
    generate(folder, seed=SEED, scale=SCALE)
    return folder


@pytest.fixture(scope="module")
def verdicts(drop: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """For each file: counts, rules broken by each quarantined row, rows dropped as duplicates, repairs."""
    contracts, found = load_contracts(), {}
    for totals in json.loads((drop / "_truth/totals.json").read_text())["files"]:
        contract = contracts[f"{totals['partner']}/{totals['feed']}"]
        out = tmp_path_factory.mktemp("checked")
        found[totals["file"]] = {"totals": totals, **_check(drop / totals["file"], contract, out)}
    return found


def _check(path: Path, contract: Contract, out: Path) -> dict:
    counts = check_file(path, contract, out).counts.as_dict()
    with duckdb.connect() as connection:
        findings = connection.execute(
            "select source_row_number, rule, severity, field, value_after from read_parquet(?)",
            [str(out / "findings.parquet")],
        ).fetchall()
    rejections, dropped, repairs = defaultdict(set), set(), {}
    for row, rule, severity, field, after in findings:
        if rule == "exact_duplicate_is_dropped":
            dropped.add(row)
        elif severity == "rejection":
            rejections[row].add(rule)
        elif severity == "repair":
            repairs[row, field] = after
    return {"out": out, "counts": counts, "rejections": rejections, "dropped": dropped, "repairs": repairs}


def _planted(drop: Path, name: str) -> list[dict[str, str]]:
    with (drop / "_truth" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_file_is_taken_by_exactly_its_contract(drop: Path, verdicts: dict) -> None:
    contracts = load_contracts()
    for path in sorted(drop.rglob("*")):
        relative = path.relative_to(drop).as_posix()
        if path.is_dir() or relative.startswith("_truth/") or relative.endswith((".manifest.json", ".sig")):
            continue
        contract = contracts.match(relative)
        assert contract is not None, relative
        assert relative in verdicts


def test_counts_of_every_file_are_the_planted_ones(verdicts: dict) -> None:
    for name, verdict in verdicts.items():
        expected = {key: verdict["totals"][key] for key in ("read", "accepted", "quarantined", "duplicates")}
        counts = verdict["counts"]
        seen = {
            "read": counts["rows_read"], "accepted": counts["rows_accepted"],
            "quarantined": counts["rows_quarantined"], "duplicates": counts["rows_duplicate"],
        }  # fmt: skip
        assert seen == expected, name


def test_every_bad_row_is_found_for_its_rule_and_no_other_row_is(drop: Path, verdicts: dict) -> None:
    planted: dict[str, dict[int, str]] = defaultdict(dict)
    for bad in _planted(drop, "bad_rows.csv"):
        if bad["rule"] != "exact_duplicate":
            planted[bad["file"]][int(bad["source_row_number"])] = bad["rule"]
    for name, verdict in verdicts.items():
        assert set(verdict["rejections"]) == set(planted[name]), name
        for row, rule in planted[name].items():
            assert rule in verdict["rejections"][row], (name, row, rule, verdict["rejections"][row])


def test_duplicates_dropped_are_the_planted_ones(drop: Path, verdicts: dict) -> None:
    expected: dict[str, int] = defaultdict(int)
    for bad in _planted(drop, "bad_rows.csv"):
        expected[bad["file"]] += bad["rule"] == "exact_duplicate"
    for name, verdict in verdicts.items():
        assert len(verdict["dropped"]) == expected[name], name


def test_every_slip_is_mended_as_it_was_meant(drop: Path, verdicts: dict) -> None:
    slips = _planted(drop, "slips.csv")
    assert slips
    for slip in slips:
        repairs = verdicts[slip["file"]]["repairs"]
        at = (int(slip["source_row_number"]), slip["field"])
        blanks_only = slip["before"].strip() == slip["after"]
        assert repairs.get(at, slip["after"] if blanks_only else None) == slip["after"], slip


def test_accepted_values_add_up_to_the_truth(verdicts: dict) -> None:
    contracts, sums = load_contracts(), 0
    with duckdb.connect() as connection:
        for name, verdict in verdicts.items():
            totals = verdict["totals"]
            contract = contracts[f"{totals['partner']}/{totals['feed']}"]
            for column, by_currency in totals["values"].items():
                rows = connection.execute(
                    f"select currency, sum({column}) from ({accepted_sql(contract, [verdict['out']])}) "
                    f"where {column} is not null group by 1"
                ).fetchall()
                assert {currency: str(total) for currency, total in rows} == by_currency, (name, column)
                sums += len(rows)
    assert sums > 50
