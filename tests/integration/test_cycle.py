"""The thread through every layer: `entrepot sample`, `entrepot run`, and what stands at the end."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from orchestration.contracts.load import load_contracts
from orchestration.settings import PROJECT_ROOT, Home
from tests.integration.conftest import Built, entrepot

SAMPLE_PARTNERS = {
    "trade_ministry", "customs_service", "prosecution_service", "intelligence_service", "foreign_ministry",
    "allied_licensing_authority", "central_bank",
}  # fmt: skip


def test_every_sample_feed_is_accepted_and_no_row_is_lost(sample_home: Built) -> None:
    assert sample_home.document["problems"] == []
    assert (sample_home.document["status"], sample_home.exit_code) == ("done", 0)
    expected = {contract.id for contract in load_contracts().values() if contract.partner in SAMPLE_PARTNERS}
    accepted = [item for item in sample_home.document["feeds"] if item["status"] == "accepted"]
    assert {f"{item['partner']}/{item['feed']}" for item in accepted} == expected
    for item in accepted:
        assert item["new"] is True
        assert item["read"] == item["accepted"] + item["quarantined"] + item["duplicates"], item
    assert sum(item["read"] for item in accepted) > 1000


def test_the_reports_of_the_newest_period_are_published_with_an_index(sample_home: Built) -> None:
    published = {(item["report"], item["period"]) for item in sample_home.document["reports"]}
    assert published >= {
        ("licensing_statistics", "2025-Q4"), ("enforcement", "2025-H2"), ("data_quality_scorecard", "2025-Q4"),
        ("interagency_review", "2025-H2"), ("list_changes", "2025-Q4"),
        ("transparency_annual", "2025"), ("refusals_denials", "2025"), ("refusals_denials_cases", "2025"),
    }  # fmt: skip
    for item in sample_home.document["reports"]:
        assert Path(item["path"]).read_text(encoding="utf-8").startswith("<!")
    assert Path(sample_home.document["index"]).exists()


def test_every_recipient_has_a_release(sample_home: Built) -> None:
    recipients = {item["recipient"] for item in sample_home.document["releases"]}
    assert recipients == SAMPLE_PARTNERS | {"operator"}
    assert all(Path(item["path"]).exists() for item in sample_home.document["releases"])


def test_the_second_run_does_nothing_says_so_and_is_quick(sample_home: Built) -> None:
    again = entrepot(sample_home.home, "run", "--json")
    document = json.loads(again.stdout)
    assert again.returncode == 0
    assert (document["nothing_new"], document["status"]) == (True, "nothing new")
    assert not any(item["new"] for item in document["feeds"])
    assert document["reports"] == sample_home.document["reports"]
    assert document["seconds"] < sample_home.seconds / 4
    told = entrepot(sample_home.home, "run")
    assert "Nothing new" in told.stdout
    assert told.stderr == ""


def test_a_run_with_nothing_new_loads_neither_dagster_nor_dbt(sample_home: Built) -> None:
    program = (
        "import sys; from orchestration.cli.app import run; "
        f"code = run(['--home', {str(sample_home.home)!r}, 'run']); "
        "heavy = {'dagster', 'dbt', 'great_expectations', 'pandas', 'splink'} & set(sys.modules); "
        "sys.exit(f'loaded {heavy}' if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=PROJECT_ROOT)
    assert done.returncode == 0, done.stderr


def test_the_commands_answer_on_a_finished_home(sample_home: Built) -> None:
    counted = entrepot(
        sample_home.home, "sql", "--as", "operator", "--format", "json", "select count(*) as n from fct_submissions"
    )
    assert json.loads(counted.stdout)[0]["n"] == len(sample_home.document["feeds"])
    listed = json.loads(entrepot(sample_home.home, "submissions", "--json").stdout)
    assert len(listed) == len(sample_home.document["feeds"])
    receipt = json.loads(entrepot(sample_home.home, "receipt", listed[0]["submission_id"]).stdout)
    assert receipt["sha256"] == listed[0]["sha256"]
    assert "enforcement" in entrepot(sample_home.home, "reports").stdout
    verified = entrepot(sample_home.home, "verify")
    assert verified.returncode == 0, verified.stdout


def test_verify_finds_a_changed_byte_in_the_vault(copied_home: Path) -> None:
    victim = sorted(Home(copied_home).vault.glob("??/*"))[0]
    victim.chmod(0o644)
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    verified = entrepot(copied_home, "verify")
    assert verified.returncode == 1
    assert victim.name in verified.stdout


def test_an_unknown_command_is_an_error_of_usage(tmp_path: Path) -> None:
    done = entrepot(tmp_path, "fly")
    assert done.returncode == 2
    assert "fly" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_landing_folder_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = entrepot(tmp_path / "home", "run", "--landing", str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "nowhere" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_a_run_may_stop_after_the_lake(sample_home: Built, tmp_path: Path) -> None:
    shutil.copytree(sample_home.home / "landing" / "customs_service", tmp_path / "landing" / "customs_service")
    done = entrepot(tmp_path / "home", "run", "--landing", str(tmp_path / "landing"), "--until", "lake", "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert {item["status"] for item in document["feeds"]} == {"accepted"}
    assert {item["partner"] for item in document["feeds"]} == {"customs_service"}
    assert (document["releases"], document["reports"]) == ([], [])
    assert not Home(tmp_path / "home").build_db.exists()


def test_a_file_that_cannot_be_received_is_told_and_stops_nothing(sample_home: Built, tmp_path: Path) -> None:
    landing = tmp_path / "landing" / "trade_ministry"
    landing.mkdir(parents=True)
    for name in ("decisions_2025Q1.csv", "decisions_2025Q2.csv"):
        (landing / name).write_bytes((sample_home.home / "landing" / "trade_ministry" / name).read_bytes())
    (landing / "decisions_2025Q1.csv.manifest.json").write_text('{"kind": "guess"}', encoding="utf-8")
    done = entrepot(tmp_path / "home", "run", "--landing", str(landing.parent), "--until", "lake")
    assert done.returncode == 1
    assert "kind is `guess`" in done.stdout
    assert "Traceback" not in done.stderr
    listed = json.loads(entrepot(tmp_path / "home", "submissions", "--json").stdout)
    assert [(item["file"], item["status"]) for item in listed] == [("decisions_2025Q2.csv", "accepted")]
