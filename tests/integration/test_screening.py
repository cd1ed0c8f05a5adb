"""Screening in the sample world: planted parties are hit, dispositions hold, a shortened list does no harm."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.releases.policy import load_policy, visible
from orchestration.releases.shelf import current
from orchestration.settings import Home
from tests.integration.conftest import Built, entrepot
from tests.integration.judged_home import Judged, in_force, judged_once, said

KEY = "partner, feed, record_ref, role, entry_ref"


def warehouse(home: Path) -> duckdb.DuckDBPyConnection:
    """The built warehouse, for reading, as `entrepot`."""
    connection = duckdb.connect(":memory:")
    connection.execute(f"attach '{Home(home).build_db}' as entrepot (read_only)")
    return connection


def test_every_planted_listed_party_is_hit_on_the_day_of_its_licence(sample_home: Built) -> None:
    cases = json.loads((sample_home.home / "landing/_truth/cases.json").read_text(encoding="utf-8"))["cases"]
    planted = [case["records"] for case in cases if case["kind"] == "listed_party_licensed"]
    assert len(planted) >= 2
    with warehouse(sample_home.home) as connection:
        for records in planted:
            of = {record["feed"]: record["record_ref"] for record in records}
            found = connection.execute(
                "select basis, day_kind from entrepot.main.fct_screening_hits where feed = 'parties' "
                f"and role = 'end_user' and starts_with(record_ref, '{of['applications']}/') "
                f"and entry_ref = '{of['listings']}'"
            ).fetchall()
            assert [basis for basis, _ in found] == ["in force on the day"], records


def test_hits_are_those_that_the_truth_knows(sample_home: Built) -> None:
    truth = sample_home.home / "landing/_truth/parties.parquet"
    with warehouse(sample_home.home) as connection:
        connection.execute(
            f"""
            create temp table known as
            with listed as (
                select record_ref as entry_ref, entity_id, max(file) like '%2025-12-31%' as stands
                from '{truth}' where feed = 'listings' and role = 'listed' group by all
            )
            select distinct {KEY}, stands from '{truth}' inner join listed using (entity_id)
            where feed <> 'listings' and record_ref in (select record_ref from entrepot.main.bridge_party_mentions)
            """
        )
        connection.execute(
            f"create temp table found as select {KEY} from entrepot.main.fct_screening_hits "
            "where list_code <> 'XA-DNOT'"
        )
        false, found = connection.execute(
            f"select count(*) filter (({KEY}) not in (select ({KEY}) from known)), count(*) from found"
        ).fetchall()[0]
        # Who left the list before the day of a record is rightly no hit of it.
        missed, known = connection.execute(
            f"select count(*) filter (({KEY}) not in (select ({KEY}) from found)), count(*) from known where stands"
        ).fetchall()[0]
    assert found > 20
    assert false / found <= 0.02, f"{false} of {found} hits are false"
    assert missed / known <= 0.05, f"{missed} of {known} mentions of listed parties are not hit"


def test_no_release_holds_a_hit_of_which_its_reader_may_not_see_both_sides(sample_home: Built) -> None:
    policy, rows = load_policy(), {}
    for name in policy.recipients:
        with duckdb.connect(str(current(Home(sample_home.home), name)), read_only=True) as connection:
            rows[name] = connection.execute(
                "select partner, marking, listed_partner, listed_marking from fct_screening_hits"
            ).fetchall()
        who = policy.recipient(name)
        for partner, marking, listed_partner, listed_marking in rows[name]:
            assert visible(marking, who, partner), name
            assert visible(listed_marking, who, listed_partner), name
    assert len(rows["operator"]) > max(len(found) for name, found in rows.items() if name != "operator") > 0


@pytest.fixture(scope="module")
def judged(sample_home: Built, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return judged_once(sample_home, tmp_path_factory)


def test_what_people_say_of_a_hit_stands_in_the_next_run_and_is_counted(judged: Judged) -> None:
    hits = {hit["hit_id"]: hit for hit in said(judged.home, "hits", "--json")}
    said_of = (judged.cleared, judged.confirmed, judged.reopened)
    assert [hits[hit]["disposition"] for hit in said_of] == ["cleared", "confirmed", "open"]
    assert {hit["said"] for hit in hits.values()} == {""}
    assert hits[judged.cleared]["disposed_by"] == "A. Weber"
    assert hits[judged.reopened]["disposition_reason"] == "the year was misread"
    found = said(judged.home, "hits", "--disposition", "cleared", "--json")
    assert {hit["hit_id"] for hit in found} == {judged.cleared}
    with warehouse(judged.home) as connection:
        rates = connection.execute(
            "select list_code, cleared, confirmed, judged, false_positive_share "
            "from entrepot.reporting.rpt_screening__rates where judged > 0 order by list_code"
        ).fetchall()
    assert [(code, cleared, confirmed, judged, float(share)) for code, cleared, confirmed, judged, share in rates] == [
        ("XA-AUT", 1, 1, 2, 50.0),
        ("all", 1, 1, 2, 50.0),
    ]


def released(home: Path, recipient: str, hit_id: str) -> tuple[Any, ...]:
    """What the recipient's release says of a hit: disposition, note, and by whom."""
    with duckdb.connect(str(current(Home(home), recipient)), read_only=True) as connection:
        found = connection.execute(
            "select disposition, disposition_note, disposed_by from fct_screening_hits where hit_id = ?", [hit_id]
        ).fetchall()
    assert len(found) == 1
    return tuple(found[0])


def test_a_cleared_hit_is_open_again_when_the_entry_says_something_else(judged: Judged) -> None:
    before = judged.changed
    (again,) = [found for found in said(judged.home, "hits", "--json") if found["hit_id"] == before["hit_id"]]
    assert again["evidence_digest"] != before["evidence_digest"]
    assert (again["disposition"], again["disposition_note"]) == ("open", "cleared before, on other evidence")
    assert released(judged.home, "customs_service", before["hit_id"]) == (
        "open",
        "cleared before, on other evidence",
        None,
    )


def test_a_sample_list_cut_to_60_percent_is_held_and_hits_stay(judged: Judged) -> None:
    assert judged.cut_code == 1
    assert "held" in judged.cut_says and "the list before it" in judged.cut_says
    assert in_force(said(judged.home, "hits", "--json"), but=judged.changed["entry_ref"]) == judged.in_force
    assert len(judged.in_force) > 10


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["screening", "clear", "H1", "--by", "A", "--reason", "b"], "There is no hit `H1`"),
        (["screening", "hits", "--list", "XX"], "is no list that is screened against"),
        (["screening", "hits", "--disposition", "gone"], "is no disposition"),
        (["lists", "changes", "--list", "XX"], "There is no list `XX`"),
        (["lists", "changes", "--list", "XA-AUT", "--from", "1999-01-01"], "was in force on 1999-01-01"),
        (["lists", "changes", "--list", "XA-AUT", "--from", "soon"], "has no edition `soon`"),
        (["lists", "changes", "--list", "XA-AUT", "--from", "2025-12-31", "--to", "2025-06-30"], "and a later one"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(sample_home: Built, arguments: list[str], told: str) -> None:
    done = entrepot(sample_home.home, *arguments)
    assert (done.returncode, told in done.stderr) == (2, True), done.stderr


def test_changes_are_written_as_csv_too(sample_home: Built, tmp_path: Path) -> None:
    file = tmp_path / "changes.csv"
    done = entrepot(sample_home.home, "lists", "changes", "--list", "XA-AUT", "--csv", str(file), "--json")
    changes = json.loads(done.stdout)["changes"]
    assert len(changes) > 0
    assert len(file.read_text(encoding="utf-8").splitlines()) == len(changes) + 1
