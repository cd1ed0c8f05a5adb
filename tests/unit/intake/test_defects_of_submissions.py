"""The defects of the domain reference that concern a submission as a whole and what it does to earlier ones.

Each is told once and shortly here; their many sides are in test_life.py, test_receiving.py and test_migrations.py.
"""

from datetime import date
from pathlib import Path

import pytest

from orchestration.errors import RejectedFileError
from orchestration.submissions.manifest import Manifest
from orchestration.submissions.vault import vault_path
from orchestration.submissions.whole_file import Circumstances
from tests.unit.intake.builders import check, contract, field
from tests.unit.intake.said import Partner


@pytest.fixture
def partner(tmp_path: Path) -> Partner:
    return Partner(tmp_path)


def test_defect_06_the_very_same_file_again_does_nothing_and_is_noted(partner):
    first = partner.hand_in({"a": 1}, kind="initial")
    partner.check(first.submission.id)
    again = partner.hand_in({"a": 1}, kind="initial")
    assert (again.repeated, again.submission.id, again.receipt) == (True, first.submission.id, first.receipt)
    assert "repeated" in [event["event"] for event in partner.register.events(first.submission.id)]
    assert (partner.statuses(), partner.stands()) == (["accepted"], {"a": 1})


def test_defect_07_a_second_file_for_a_period_is_held_and_never_added(partner):
    partner.say({"a": 1})
    second = partner.say({"b": 2})
    assert second.status == "held" and "adding both would count records twice" in second.reason
    assert partner.stands() == {"a": 1}


def test_defect_09_a_newer_version_of_the_contract_is_refused(tmp_path):
    of = contract(tmp_path, [field("a")])
    (tmp_path / "feed.csv").write_text("a\n1\n")
    stated = {version: Circumstances(manifest=Manifest(contract_version=version)) for version in ("1.0.0", "2.0.0")}
    assert check(of, tmp_path / "feed.csv", beside=stated["1.0.0"]).counts.rows_accepted == 1
    with pytest.raises(RejectedFileError, match=r"states version 2\.0\.0 .* and 1\.0\.0 is the newest"):
        check(of, tmp_path / "feed.csv", beside=stated["2.0.0"])


def test_defect_32_a_late_correction_is_a_new_version_and_the_earlier_one_stays(partner):
    first = partner.say({"a": 1, "b": 2}, issued="2025-04-10T10:00:00")
    partner.say({"c": 3}, period="2025-Q2", issued="2025-07-10T10:00:00")
    late = partner.say({"a": 10}, kind="correction", issued="2026-03-01T10:00:00")
    assert (late.status, partner.stands()) == ("accepted", {"a": 10, "b": 2, "c": 3})
    assert partner.register.submission(first.id).status == "accepted"
    assert partner.query(
        "select ref, n from raw.partner__cases where submission_id = '" + first.id + "' order by 1"
    ) == [
        ("a", 1),
        ("b", 2),
    ]


def test_defect_33_a_withdrawn_record_stands_no_more_and_its_bytes_stay(partner):
    first = partner.say({"a": 1, "b": 2})
    partner.say({"a": 0}, kind="withdrawal")
    assert partner.stands() == {"b": 2}
    assert vault_path(partner.home, first.sha256).exists()


def test_defect_34_a_record_that_comes_back_is_taken_again_with_a_warning(partner):
    partner.say({"a": 1})
    partner.say({"a": 0}, kind="withdrawal")
    partner.say({"a": 5}, kind="correction")
    assert partner.stands() == {"a": 5}
    assert [key for _, key in partner.findings()] == ["ref=a"]


def test_defect_36_a_part_of_a_period_is_accepted_with_its_share(partner):
    done = partner.say({"a": 1}, coverage=["2025-01-01", "2025-01-18"])
    whole = partner.say({"b": 1}, period="2025-Q2")
    assert (done.status, whole.status) == ("accepted", "accepted")
    shares = dict(partner.query("select id, coverage from raw.submissions"))
    assert (float(shares[done.id]), float(shares[whole.id])) == (0.2, 1.0)
    spans = partner.query(f"select coverage_begins_on, coverage_ends_on from raw.submissions where id = '{done.id}'")
    assert spans == [(date(2025, 1, 1), date(2025, 1, 18))]


def test_defect_37_a_nil_return_is_a_record_and_silence_is_none(partner):
    nil = partner.say({}, kind="nil", period="2025-Q1")
    assert (nil.status, nil.rows_accepted) == ("accepted", 0)
    assert [(s.period, s.kind) for s in partner.register.submissions()] == [("2025-Q1", "nil")]
    assert partner.stands() == {}
