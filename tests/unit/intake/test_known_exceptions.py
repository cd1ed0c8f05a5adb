"""Known exceptions: what they let through, until when, and what a slip in their file is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from orchestration.cli.app import run
from orchestration.contracts.exceptions import FILE_NAME, expired
from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import Contract
from orchestration.errors import ContractError
from orchestration.settings import Home
from orchestration.submissions import quality
from orchestration.submissions.layout import FINDINGS
from orchestration.submissions.whole_file import Circumstances
from tests.unit.intake.builders import Outcome, check, document, field, query, rule, write_contract

ENTRY = {
    "feed": "partner/feed", "rule": "value_is_positive", "where": "office = 'A1'", "owner": "Registry, Ms Aal",
    "reason": "Office A1 books returns as negative values until its new system.", "expires_on": "2025-06-30",
}  # fmt: skip
FIELDS = [field("ref", primaryKey=True), field("office", required=True), field("value", "integer")]
TEXT = "ref,office,value\nR1,A1,-5\nR2,B2,-5\nR3,A1,5\n"


def load(root: Path, *entries: dict[str, str]) -> Contract:
    write_contract(root, document(FIELDS, rules=[rule("value_is_positive", "value > 0")]))
    (root / FILE_NAME).write_text(yaml.safe_dump(list(entries), sort_keys=False), encoding="utf-8")
    return load_contracts(root)["partner/feed"]


def checked(of: Contract, folder: Path, day: date, text: str = TEXT) -> Outcome:
    file = folder / "feed.csv"
    file.write_text(text, encoding="utf-8")
    return check(of, file, beside=Circumstances(day))


def test_rows_that_an_exception_covers_are_accepted_with_a_warning_that_says_who_answers_for_them(tmp_path):
    outcome = checked(load(tmp_path, ENTRY), tmp_path, date(2025, 6, 30))
    assert outcome.accepted("ref") == [("R1",), ("R3",)]
    assert outcome.broken_rules() == {2: ["value_is_positive"]}
    assert [(row, name) for row, name, *_ in outcome.findings("warning")] == [(1, "value_is_positive")]
    [(told,)] = query(f"select message from '{tmp_path / 'out_feed.csv' / FINDINGS}' where severity = 'warning'")
    assert "known exception until 2025-06-30" in told
    assert "Office A1 books returns" in told
    assert "Registry, Ms Aal answers for it" in told
    assert outcome.counts.rows_warned == 1


def test_what_arrives_after_the_last_day_is_quarantined_again(tmp_path):
    outcome = checked(load(tmp_path, ENTRY), tmp_path, date(2025, 7, 1))
    assert outcome.broken_rules() == {1: ["value_is_positive"], 2: ["value_is_positive"]}
    assert outcome.findings("warning") == []


def test_an_exception_without_where_covers_every_row_and_other_rules_still_refuse(tmp_path):
    entry = {key: value for key, value in ENTRY.items() if key != "where"}
    outcome = checked(load(tmp_path, entry), tmp_path, date(2025, 1, 1), TEXT + "R4,,-1\n")
    assert outcome.accepted("ref") == [("R1",), ("R2",), ("R3",)]
    assert outcome.broken_rules() == {4: ["office_is_present"]}


def test_a_condition_that_is_unknown_lets_nothing_through(tmp_path):
    outcome = checked(
        load(tmp_path, ENTRY | {"rule": "office_is_present"}), tmp_path, date(2025, 1, 1), "ref,office,value\nR1,,5\n"
    )
    assert outcome.broken_rules() == {1: ["office_is_present"]}


def test_two_exceptions_of_one_rule_cover_their_own_rows(tmp_path):
    of = load(tmp_path, ENTRY, ENTRY | {"where": "office = 'B2'", "owner": "Mr Bo"})
    assert checked(of, tmp_path, date(2025, 1, 1)).accepted("ref") == [("R1",), ("R2",), ("R3",)]


def test_great_expectations_knows_the_exception_and_still_finds_the_others(tmp_path):
    of = load(tmp_path, ENTRY)
    checked(of, tmp_path, date(2025, 1, 1))
    home = Home(tmp_path / "home").ensure()
    [verdict] = quality.validate(home, [(of, [tmp_path / "out_feed.csv"])])
    assert verdict.broken == ()
    without = load(tmp_path / "other")
    [verdict] = quality.validate(home, [(without, [tmp_path / "out_feed.csv"])])
    assert [(broken.rule, broken.rows) for broken in verdict.broken] == [("value_is_positive", 1)]


@pytest.mark.parametrize(("day", "code"), [("2025-06-30", 1), ("2999-12-31", 0)])
def test_an_expired_exception_fails_the_check_of_the_contracts_and_is_named(tmp_path, monkeypatch, capsys, day, code):
    load(tmp_path, ENTRY | {"expires_on": day})
    monkeypatch.setattr("orchestration.site.load_contracts", lambda: load_contracts(tmp_path))
    assert run(["--home", str(tmp_path / "home"), "contracts", "check"]) == code
    told = f"value_is_positive of partner/feed expired on {day}"
    assert (told in capsys.readouterr().err) == (code == 1)


def test_the_last_day_itself_has_not_expired(tmp_path):
    of = load(tmp_path, ENTRY)
    assert expired([of], date(2025, 6, 30)) == []
    [told] = expired([of], date(2025, 7, 1))
    assert f"{FILE_NAME}:1: " in told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"feed": "partner/none"}, "`partner/none` is no feed"),
        ({"rule": "no_such_rule"}, "`no_such_rule` is no rule of partner/feed from which rows can be excepted"),
        ({"rule": "ref_is_unique"}, "from which rows can be excepted; those are ref_is_present, office_is_present"),
        ({"rule": "value_is_an_integer"}, "from which rows can be excepted"),
        ({"where": "bureau = 'A1'"}, "names `bureau`, which is no field"),
        ({"where": "today() > '2025-01-01'"}, "whose answer changes from run to run"),
        ({"owner": ""}, "says its owner"),
        ({"expires_on": "30.06.2025"}, "expires_on is `30.06.2025`"),
        ({"until": "2025"}, "a mapping of feed, rule, where, owner, reason, expires_on"),
    ],
)
def test_a_slip_in_the_list_is_told_with_file_and_line(tmp_path, change, told):
    with pytest.raises(ContractError, match=rf"{FILE_NAME}:\d+: .*") as caught:
        load(tmp_path, ENTRY | change)
    assert told in str(caught.value)


def test_the_same_exception_twice_is_a_slip(tmp_path):
    with pytest.raises(ContractError, match=rf"{FILE_NAME}:7: .*excepted twice"):
        load(tmp_path, ENTRY, ENTRY | {"owner": "Mr Bo"})
