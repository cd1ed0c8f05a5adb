"""Defects that show in a row as a whole, or in what a cell means: values that cannot be, keys, spills, markings. As in
test_defects.py, `test_defect_NN_...` proves defect NN of the domain reference.
"""

import json
from datetime import datetime
from pathlib import Path

import pytest
from stdnum import lei, luhn

from orchestration.contracts.model import ContractSet
from orchestration.errors import ContractError
from orchestration.register import Register, Submission
from orchestration.settings import Home
from orchestration.submissions.incident import SecurityIncidentError, is_incident
from orchestration.submissions.lake import check_submission
from orchestration.submissions.receive import RunSummary, check_pending, submit
from orchestration.submissions.vault import vault_path
from tests.contracts import samples
from tests.contracts.cells import CONTRACTS, broken, column, outcome, with_lists
from tests.unit.intake.builders import check, contract, field


@pytest.mark.parametrize("feed", ["trade_ministry/goods_lines", "customs_service/export_declarations"])
def test_defect_23_a_value_below_nought_is_quarantined_and_nought_is_a_warning(feed):
    value = "value" if feed.startswith("trade") else "statistical_value"
    assert broken(feed, f"{value}_is_at_least_0") == "error"
    assert broken(feed, "value_is_above_zero") == "warning"
    assert broken("customs_service/licence_usages", "original_lines_are_not_negative") == "error"
    correction = {**samples.good_row(CONTRACTS["customs_service/licence_usages"]), "usage_type": "A", "value": "-1,00"}
    assert samples.broken_by("customs_service/licence_usages", correction) == set()


@pytest.mark.parametrize(
    "feed", ["trade_ministry/goods_lines", "customs_service/export_declarations", "customs_service/seizures"]
)
def test_defect_24_firearms_by_weight_are_quarantined(feed):
    assert broken(feed, "firearms_are_counted") == "error"


def test_defect_28_a_refusal_without_criterion_is_quarantined_and_a_grant_with_one_is_a_warning():
    assert broken("trade_ministry/decisions", "refusals_cite_a_criterion") == "error"
    assert broken("trade_ministry/decisions", "only_refusals_and_revocations_cite_criteria") == "warning"
    assert broken("allied_licensing_authority/decisions", "refused_lines_cite_a_criterion") == "error"


def test_defect_25_repeated_keys(tmp_path):
    of = contract(tmp_path, [field("a", primaryKey=True), field("b")])
    (tmp_path / "feed.csv").write_text("a,b\n1,x\n1,x\n2,x\n2,y\n3,x\n")
    found = check(of, tmp_path / "feed.csv")
    assert (found.accepted(), found.counts.rows_duplicate) == ([("1", "x"), ("3", "x")], 1)
    assert found.broken_rules() == {3: ["a_is_unique"], 4: ["a_is_unique"]}


def test_defect_38_wrong_check_digits_are_a_warning_and_the_number_stays(tmp_path):
    fields = [field("lei", checkDigits="lei"), field("eori", checkDigits="eori")]
    good = ["5493001KJTIIGC8Y1R12", "213800WAVVOPS85N2205", "HWUPKR0MPOU8FGXBT394", "00XA00000000104740"]
    good[3] += f"{98 - int(''.join(str(int(c, 36)) for c in good[3]) + '00') % 97:02d}"
    numbers = [f"{stem}{luhn.calc_check_digit(stem)}" for stem in ("000001234", "999999999", "120000007")]
    wrong_lei = [text[:-1] + str((int(text[-1]) + 1) % 10) for text in good]
    assert [lei.is_valid(text) for text in (*good, *wrong_lei)] == [True] * 4 + [False] * 4
    rows: list[tuple[str | None, ...]] = [(text, None) for text in (*good, *wrong_lei)]
    rows += [(None, f"XA{text}") for text in numbers] + [(None, "XA0000012345"), (None, "DE1234567"), (None, None)]
    found = outcome(tmp_path, fields, rows)
    assert [(row, rule) for row, rule, _, _ in found.findings("warning")] == [
        *((row, "lei_has_right_check_digits") for row in (5, 6, 7, 8)),
        (12, "eori_has_right_check_digits"),
    ]
    assert found.accepted("lei", "eori") == rows


def test_defect_39_a_spill_is_quarantined_with_an_alert(tmp_path):
    spills = ["Camera NOFORN", "see ORCON report", "camera, EYES ONLY", "sold to Mr Smith", "passport no 12345",
              "geb. 12.03.1970", "TLP:RED"]  # fmt: skip
    clean = ["Camera, uncooled", "Orcona ltd", "secret de fabrication", "MR 12 bearing", "eyes", None]
    found = column(with_lists(tmp_path, "spills"), field("goods", openText=True), [*spills, *clean])
    assert found.broken_rules() == {n: ["goods_holds_no_caveat_or_person"] for n in range(1, len(spills) + 1)}
    assert [text for text, _ in found.accepted()] == clean
    of = contract(tmp_path / "again", [field("goods")])
    assert of.spills == ()


INCIDENT = [field("ref", primaryKey=True), field("level"), field("tlp"), field("text")]
CHANNEL = {"channelLevel": "restricted", "markingFields": {"level": "level", "tlp": "tlp"}}
CANARY = "the canary that must be nowhere"


def handed_in(tmp_path: Path, level: str, manifest: str | None = None) -> tuple[Home, Register, Submission, str]:
    """A file whose second row is of this level, handed in and checked; and what was said of it."""
    of = contract(tmp_path, INCIDENT, **CHANNEL)
    home, contracts = Home(tmp_path / "home"), ContractSet({of.id: of})
    register = Register(f"sqlite:///{home.ensure().root / 'register.sqlite'}")
    file = tmp_path / "feed_2025Q1.csv"
    file.write_text(f"ref,level,tlp,text\n1,official,GREEN,x\n2,{level},RED,{CANARY}\n")
    if manifest is not None:
        Path(f"{file}.manifest.json").write_text(manifest)
    done = submit(home, register, contracts, file, of.id)
    summary = RunSummary()
    check_pending(home, register, contracts, summary, lambda _: None)
    again = submit(home, register, contracts, file, of.id)
    assert again.repeated
    check_pending(home, register, contracts, RunSummary(), lambda _: None)
    return home, register, register.submission(done.submission.id), summary.rejected.get(done.submission.id, "")


@pytest.mark.parametrize("by", ["row", "manifest"])
def test_defect_40_a_marking_above_the_channel_rejects_the_file_and_keeps_only_its_hash(tmp_path, by):
    manifest = '{"marking": {"level": "secret", "tlp": "RED"}}' if by == "manifest" else None
    level = "Secret" if by == "row" else "official"
    home, register, submission, said = handed_in(tmp_path, level, manifest)
    assert submission.status == "rejected" and said == submission.reason
    assert said.startswith("Security incident: feed_2025Q1.csv came by a channel that is cleared for restricted")
    assert "its bytes were not kept, only name, size and sha256" in said
    assert is_incident(submission) and len(submission.sha256) == 64
    assert not vault_path(home, submission.sha256).exists()
    assert not home.lake_folder(submission.partner, submission.feed, submission.id).exists()
    holding = [path for path in home.root.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert holding == []
    with pytest.raises(SecurityIncidentError):
        check_submission(home, register, ContractSet({"partner/feed": contract(tmp_path, INCIDENT)}), submission.id)


def test_defect_40_what_the_channel_may_carry_is_accepted(tmp_path):
    home, _, submission, said = handed_in(tmp_path, "restricted")
    assert (submission.status, said) == ("accepted", "")
    assert vault_path(home, submission.sha256).exists()
    with pytest.raises(ContractError, match="channelLevel is `public`"):
        contract(tmp_path / "low", INCIDENT, **{**CHANNEL, "channelLevel": "public"})


def test_defect_41_a_report_without_handling_code_or_marking_is_for_its_originator_alone(tmp_path):
    fields = [field("scheme"), field("handling"), field("level"), field("tlp")]
    marked = {
        "markingFields": {"level": "level", "tlp": "tlp"},
        "markingComplete": "scheme = 'X' or handling is not null",
    }
    rows: list[tuple[str | None, ...]] = [
        ("5x5x5", "3", "official", "GREEN"), ("5x5x5", None, "official", "GREEN"), ("X", None, "official", "GREEN"),
        ("5x5x5", "3", None, "GREEN"), ("5x5x5", "3", "cosmic", "GREEN"),
    ]  # fmt: skip
    found = outcome(tmp_path, fields, rows, **marked)
    levels = [json.loads(text)["level"] + "/" + json.loads(text)["tlp"] for (text,) in found.accepted("marking")]
    assert levels == ["official/GREEN", "secret/RED", "official/GREEN", "secret/RED", "secret/RED"]
    assert [(row, rule) for row, rule, _, _ in found.findings("warning")] == [
        (row, "marking_is_known") for row in (2, 4, 5)
    ]


def test_defect_46_the_day_of_an_hour_is_the_partners_own(tmp_path):
    at = field("at", "timestamp", formats=["%d.%m.%Y %H:%M"])
    found = column(tmp_path, at, ["30.06.2024 23:30", "31.12.2024 23:30"], timezone="America/New_York")
    assert found.accepted('"at"') == [(datetime(2024, 7, 1, 3, 30),), (datetime(2025, 1, 1, 4, 30),)]
