"""Scenarios over the finished sample: figures are those of the rows, history stays as it is; scores come apart."""

import csv
import hashlib
import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.risk_method import load_methods
from tests.integration.conftest import Built, entrepot

NEWEST = f"method_version = '{load_methods()[-1].version}'"


@pytest.fixture(scope="module")
def release(sample_home: Built) -> Path:
    folder = sample_home.home / "releases/operator"
    edition = json.loads((folder / "current.json").read_text(encoding="utf-8"))["edition"]
    return folder / f"{edition}.duckdb"


def ask(release: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(release), read_only=True) as connection:
        return connection.execute(query).fetchall()


def replayed(home: Path, tmp_path: Path, text: str) -> dict:
    """What `entrepot scenario` says of a scenario, its rows read from the file that --csv wrote."""
    file, folder = tmp_path / "scenario.yaml", tmp_path / "csv"
    file.write_text(text, encoding="utf-8")
    done = entrepot(home, "scenario", str(file), "--json", "--csv", str(folder))
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    with (folder / "rows.csv").open(encoding="utf-8", newline="") as rows:
        said["rows"] = list(csv.DictReader(rows))
    assert {path.stem for path in folder.iterdir()} == {"rows", "totals", *said["breakdowns"]}
    return said


def test_a_control_counts_the_lines_that_it_says(sample_home: Built, release: Path, tmp_path: Path) -> None:
    codes = [row[0] for row in ask(release, "select destination_code from fct_licence_lines where outcome = 'granted' "
                                   "and ratings like '%A0%' group by 1 order by count(*) desc, 1 limit 3")]  # fmt: skip
    lines = ask(release, "select partner, application_ref, record_ref, ratings, destination_codes, value, decided_on "
                "from fct_licence_lines where outcome = 'granted' and decided_on >= date '2024-07-01'")  # fmt: skip
    entry = "3A001"
    expected = [
        line for line in lines
        if set(line[4].split("|")) & set(codes)
        and any(rating == entry or rating.startswith(f"{entry}.") for rating in (line[3] or "").split("|"))
    ]  # fmt: skip
    assert expected
    said = replayed(
        sample_home.home, tmp_path,
        f"title: T\ncontrol:\n  ratings: [{entry}]\n  destinations: [{', '.join(codes)}]\n  from: 2024-07-01\n"
        "  working_days: 7\n",
    )  # fmt: skip
    assert sorted(row["record_ref"] for row in said["rows"]) == sorted(line[2] for line in expected)
    applications = {(line[0], line[1]) for line in expected}
    assert said["totals"]["records"] == len(expected)
    assert said["totals"]["applications"] == len(applications)
    assert said["totals"]["working_days"] == 7 * len(applications)
    values = sum(Decimal(row["value"]) for row in said["breakdowns"]["by_currency"] if row["value"])
    assert values == sum(line[5] for line in expected if line[5] is not None)
    for rows in said["breakdowns"].values():
        assert sum(row["records"] for row in rows) == len(expected)
        assert sum(row["working_days"] or 0 for row in rows if "working_days" in row) in (0, 7 * len(applications))


def test_without_a_declared_delay_the_measured_median_is_taken(
    sample_home: Built, release: Path, tmp_path: Path
) -> None:
    median = ask(release, "select quantile_disc(working_days_to_first_outcome, 0.5) from fct_applications")[0][0]
    country = ask(release, "select mode(destination_code) from fct_licence_lines where ratings like '3A001%' "
                  "and outcome = 'granted'")[0][0]  # fmt: skip
    text = f"title: T\ncontrol:\n  ratings: [3A001]\n  destinations: [{country}]\n"
    said = replayed(sample_home.home, tmp_path, text)
    assert said["totals"]["working_days"] == median * said["totals"]["applications"] > 0
    assert any(f"{median} working days: the median" in assumption for assumption in said["assumptions"])


def test_another_method_moves_the_bands_that_it_must(sample_home: Built, release: Path, tmp_path: Path) -> None:
    same = replayed(sample_home.home, tmp_path, "title: T\nrisk_method:\n  points: {item_sensitive: 10}\n")
    assert same["rows"] == []
    assert same["totals"]["records"] == 0
    limits = [0, 10, 25, 45, 70]
    points = {"applicant_new": 45, "item_sensitive": 0}
    fired: dict[tuple, list[tuple]] = {}
    for partner, ref, indicator, given in ask(
        release, f"select partner, application_ref, indicator_id, points from fct_risk_indicators where {NEWEST}"
    ):
        fired.setdefault((partner, ref), []).append((indicator, given))
    scores = ask(release, f"select partner, application_ref, band from fct_risk_scores where {NEWEST}")
    bands = {(partner, ref): band for partner, ref, band in scores}
    moved = {
        key for key, band in bands.items()
        if sum(sum(points.get(i, given) for i, given in fired.get(key, [])) >= limit for limit in limits) != band
    }  # fmt: skip
    inline = json.dumps(points).replace('"', "")
    said = replayed(sample_home.home, tmp_path, f"title: T\nrisk_method:\n  points: {inline}\n")
    assert {(row["partner"], row["application_ref"]) for row in said["rows"]} == moved
    assert moved


def test_a_rule_switched_off_loses_its_cases_and_nothing_is_changed(
    sample_home: Built, release: Path, tmp_path: Path
) -> None:
    watched = [release, sample_home.home / "warehouse/build.duckdb"]
    before = [hashlib.sha256(path.read_bytes()).hexdigest() for path in watched]
    rule, cases = ask(release, "select rule, count(*) from fct_cases group by 1 order by 2 desc, 1 limit 1")[0]
    said = replayed(sample_home.home, tmp_path, f"title: T\nrule:\n  case_rule: {rule}\n  is_active: false\n")
    assert (said["totals"]["cases_now"], said["totals"]["cases_then"], said["totals"]["cases_fewer"]) == (
        cases,
        0,
        cases,
    )
    assert len({row["case_or_party"] for row in said["rows"]}) == cases
    kept = replayed(sample_home.home, tmp_path, f"title: T\nrule:\n  case_rule: {rule}\n  is_active: true\n")
    assert kept["rows"] == []
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in watched] == before


def test_a_listed_name_hits_the_records_that_write_it(sample_home: Built, release: Path, tmp_path: Path) -> None:
    name, country = ask(
        release,
        "select name, country_code from bridge_party_mentions where role = 'consignee' and feed = 'parties' "
        "and name not like '%:%' and name not like '%#%' order by length(name) desc, name, country_code limit 1",
    )[0]
    quoted = name.replace("'", "''")
    written = {
        row[0] for row in ask(
            release, "select record_ref from bridge_party_mentions where role <> 'listed' and name = "
            f"'{quoted}'",
        )
    }  # fmt: skip
    text = f"title: T\nlist_entry:\n  name: {json.dumps(name, ensure_ascii=False)}\n  country: {country}\n"
    said = replayed(sample_home.home, tmp_path, text)
    assert written <= {row["record_ref"] for row in said["rows"] if row["change"] == "hit: match"}
    strange = replayed(sample_home.home, tmp_path, "title: T\nlist_entry:\n  name: Xqzzyvk Wqqjpl\n")
    assert strange["rows"] == []


def test_a_score_comes_apart_into_its_indicators(sample_home: Built, release: Path) -> None:
    ref, points = ask(
        release, f"select application_ref, points from fct_risk_scores where {NEWEST} order by 2 desc, 1 limit 1"
    )[0]
    done = entrepot(sample_home.home, "risk", "explain", ref, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)[-1]
    assert said["score"]["points"] == points == sum(row["points"] for row in said["indicators"]) > 0
    assert f"{points} points" in entrepot(sample_home.home, "risk", "explain", ref).stdout
    unknown = entrepot(sample_home.home, "risk", "explain", "XA-0000-000000")
    assert (unknown.returncode, "holds no application" in unknown.stderr) == (2, True)
