"""Files at fault, each refused with a clear sentence; nothing is lost and the other feeds are unharmed."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from orchestration.settings import Home
from orchestration.submissions.vault import vault_path
from reports.report_files import available_reports
from tests.integration.conftest import Built, entrepot


def bad_files(landing: Path) -> dict[str, tuple[Path, str]]:
    """Plant one file of each kind of fault for a new period; name -> (path, a word its reason must have)."""
    decisions = landing / "trade_ministry" / "decisions_2025Q4.csv"
    header, *rows = decisions.read_bytes().split(b"\r\n" if b"\r\n" in decisions.read_bytes() else b"\n")
    columns = header.split(b";")
    seizures = next(iter(sorted((landing / "customs_service").glob("seizures_*.zip"))))
    made = {
        "empty": ("trade_ministry/decisions_2026Q1.csv", b"", "empty"),
        "binary": ("trade_ministry/applications_2026Q1.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "CSV"),
        "missing": (
            "trade_ministry/decisions_2026Q2.csv",
            b"\n".join(b";".join(row.split(b";")[:-1]) for row in [header, *rows] if row) + b"\n",
            columns[-1].decode("cp1252"),
        ),
        "unknown": (
            "trade_ministry/decisions_2026Q3.csv",
            b"\n".join([header + b";Surprise", *(row + b";x" for row in rows if row)]) + b"\n",
            "Surprise",
        ),
        "truncated": ("customs_service/seizures_2026Q1.zip", seizures.read_bytes()[:-40], "zip"),
    }
    planted = {}
    for name, (relative, content, word) in made.items():
        path = landing / relative
        path.write_bytes(content)
        planted[name] = (path, word)
    return planted


def test_bad_files_are_refused_one_by_one_and_the_rest_goes_through(sample_home: Built, copied_home: Path) -> None:
    landing = copied_home / "landing"
    planted = bad_files(landing)
    (landing / "notes.txt").write_text("not for us", encoding="utf-8")
    done = entrepot(copied_home, "run", "--json")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    document = json.loads(done.stdout)
    assert document["status"] == "rejected"
    assert document["not_taken"] == ["notes.txt"]
    refused = {item["file"]: item for item in document["feeds"] if item["new"]}
    assert set(refused) == {path.name for path, _ in planted.values()}
    for path, word in planted.values():
        item = refused[path.name]
        assert item["status"] == "rejected"
        assert word.lower() in item["reason"].lower(), item["reason"]
        assert "Error" not in item["reason"]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        kept = vault_path(Home(copied_home), digest)
        assert kept.read_bytes() == path.read_bytes()
        assert (Home(copied_home).receipts / f"{item['submission_id']}.json").exists()
    before = {item["submission_id"]: item["status"] for item in sample_home.document["feeds"]}
    after = {item["submission_id"]: item["status"] for item in document["feeds"] if not item["new"]}
    assert after == before
    assert {item["report"] for item in document["reports"]} == set(available_reports()) - {"revision_notice"}
    again = entrepot(copied_home, "run", "--json")
    assert again.returncode == 0
    assert json.loads(again.stdout)["nothing_new"] is True


@pytest.mark.parametrize("fault", ["empty", "binary", "missing", "unknown", "truncated"])
def test_submitting_a_bad_file_says_why(sample_home: Built, tmp_path: Path, fault: str) -> None:
    landing = tmp_path / "landing"
    for partner in ("trade_ministry", "customs_service"):
        shutil.copytree(sample_home.home / "landing" / partner, landing / partner)
    path, word = bad_files(landing)[fault]
    done = entrepot(tmp_path / "home", "submit", str(path))
    assert done.returncode == 1
    assert "rejected" in done.stdout
    assert word.lower() in done.stdout.lower()
    assert "Traceback" not in done.stderr


def test_submitting_a_file_of_no_feed_is_an_error(tmp_path: Path) -> None:
    stranger = tmp_path / "holiday_photos.csv"
    stranger.write_text("a,b\n1,2\n", encoding="utf-8")
    done = entrepot(tmp_path / "home", "submit", str(stranger))
    assert done.returncode == 1
    assert "holiday_photos.csv matches no feed" in done.stderr
    assert done.stdout == ""


def test_submit_prints_the_receipt_and_is_the_same_submission_twice(sample_home: Built, tmp_path: Path) -> None:
    file = sample_home.home / "landing" / "trade_ministry" / "decisions_2025Q1.csv"
    documents = [
        json.loads(
            entrepot(tmp_path / "home", "submit", str(file), "--feed", "trade_ministry/decisions", "--json").stdout
        )
        for _ in range(2)
    ]
    assert [document["status"] for document in documents] == ["accepted", "accepted"]
    assert [document["repeated"] for document in documents] == [False, True]
    assert documents[0]["receipt"] == documents[1]["receipt"]


def test_check_hands_nothing_in(sample_home: Built, tmp_path: Path) -> None:
    file = sample_home.home / "landing" / "trade_ministry" / "decisions_2025Q1.csv"
    done = entrepot(tmp_path / "home", "check", str(file), "--feed", "trade_ministry/decisions", "--json")
    document = json.loads(done.stdout)
    assert document["rows_read"] == (
        document["rows_accepted"] + document["rows_quarantined"] + document["rows_duplicate"]
    )
    assert done.returncode == (1 if document["rows_quarantined"] else 0)
    assert json.loads(entrepot(tmp_path / "home", "submissions", "--json").stdout) == []
