"""Rows that name a record of another feed wait for it, are taken when it comes, and in the end without it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.load import load_contracts
from orchestration.contracts.references import in_order, references
from orchestration.contracts.rules import every_rule
from orchestration.errors import ContractError
from orchestration.register import Register, Submission
from orchestration.settings import Home
from orchestration.submissions import conservation
from orchestration.submissions import references as module
from orchestration.submissions.lake import check_submission
from orchestration.submissions.layout import FINDINGS, QUARANTINED, REFERENCES_NEXT, accepted_sql
from orchestration.submissions.receive import submit
from orchestration.submissions.references import resume, settle_references
from orchestration.submissions.settle import check_anew
from tests.unit.intake.builders import document, field, query, write_contract

CASES = [field("case_ref", primaryKey=True), field("title")]
PENALTIES = [
    field("penalty_ref", primaryKey=True),
    field("case_ref", references="partner/cases.case_ref"),
    field("months", "integer"),
]
FIRST = datetime(2025, 1, 1, 9)


class Desk:
    """A home that takes files of cases and penalties, one day after another."""

    def __init__(self, root: Path, grace: int = 90, cases: list[dict[str, Any]] = CASES) -> None:
        write_contract(root / "contracts", document(cases, feed="cases"))
        write_contract(root / "contracts", document(PENALTIES, feed="penalties", referenceGraceDays=grace))
        self.folder, self.contracts = root / "in", load_contracts(root / "contracts")
        self.folder.mkdir()
        self.home = Home(root / "home").ensure()
        self.day = FIRST
        self.register = Register(self.home.register_url, clock=lambda: self.day)

    def hand_in(self, feed: str, text: str, period: str, **said: Any) -> str:
        file = self.folder / f"{feed}_{period}.csv"
        file.write_text(text, encoding="utf-8")
        done = submit(self.home, self.register, self.contracts, file, f"partner/{feed}", period, **said)
        check_submission(self.home, self.register, self.contracts, done.submission.id)
        return done.submission.id

    def cases(self, *refs: str, period: str = "2025-Q1", **said: Any) -> str:
        return self.hand_in("cases", "case_ref,title\n" + "".join(f"{ref},t\n" for ref in refs), period, **said)

    def penalties(self, *refs: str, period: str = "2025-Q1") -> str:
        rows = "".join(f"P{period[-1]}{at},{ref},3\n" for at, ref in enumerate(refs))
        return self.hand_in("penalties", "penalty_ref,case_ref,months\n" + rows, period)

    def settle(self) -> list[str]:
        return settle_references(self.home, self.register, self.contracts)

    def place(self, submission_id: str) -> Path:
        return self.home.lake_folder("partner", "penalties", submission_id)

    def accepted(self, submission_id: str) -> list[str]:
        sql = accepted_sql(self.contracts["partner/penalties"], [self.place(submission_id)])
        return [ref for (ref,) in query(f"select case_ref from ({sql}) order by source_row_number")]

    def findings(self, submission_id: str) -> list[tuple[Any, ...]]:
        file = self.place(submission_id) / FINDINGS
        return query(f"select source_row_number, rule, severity, value_before, message from '{file}' order by all")

    def counts(self, submission_id: str) -> tuple[int | None, ...]:
        s: Submission = self.register.submission(submission_id)
        assert conservation.problems(self.home, self.register, self.contracts["partner/penalties"]) == []
        return s.rows_accepted, s.rows_quarantined, s.rows_warned


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_defect_27_an_orphan_waits_in_quarantine_and_is_told_what_it_waits_for(desk):
    desk.cases("C1")
    child = desk.penalties("C1", "C2")
    assert desk.settle() == [child]
    assert desk.accepted(child) == ["C1"]
    assert desk.counts(child) == (1, 1, 0)
    [(row, rule, severity, value, message)] = desk.findings(child)
    assert (row, rule, severity, value) == (2, "case_ref_is_known_in_cases", "rejection", "C2")
    assert "waiting for it: it is looked at again with every delivery of partner/cases" in message
    assert "accepted with a warning after 2025-04-01" in message
    [(number, rules, raw)] = query(f"select * from '{desk.place(child) / QUARANTINED}'")
    assert (number, rules) == (2, ["case_ref_is_known_in_cases"])
    assert json.loads(raw) == {"penalty_ref": "P11", "case_ref": "C2", "months": 3}


def test_it_is_taken_when_the_record_comes_and_nothing_more_is_said_of_it(desk):
    child = desk.penalties("C1", "C2")
    desk.settle()
    assert desk.accepted(child) == []
    desk.day += timedelta(days=10)
    desk.cases("C1", "C2", "C3")
    assert desk.settle() == [child]
    assert desk.accepted(child) == ["C1", "C2"]
    assert (desk.counts(child), desk.findings(child)) == ((2, 0, 0), [])


def test_a_record_that_is_overdue_is_no_longer_waited_for_and_still_taken_when_it_comes(tmp_path):
    desk = Desk(tmp_path, grace=30)
    child = desk.penalties("C1")
    desk.settle()
    desk.day += timedelta(days=30)
    desk.cases("C8")
    desk.settle()
    assert desk.accepted(child) == []
    desk.day += timedelta(days=1)
    desk.cases("C9", period="2025-Q2")
    assert desk.settle() == [child]
    assert desk.accepted(child) == ["C1"]
    assert desk.counts(child) == (1, 0, 1)
    [(_, _, severity, _, message)] = desk.findings(child)
    assert severity == "warning"
    assert "has waited until 2025-01-31; it is accepted without it" in message
    desk.cases("C1", period="2025-Q3")
    desk.settle()
    assert (desk.counts(child), desk.findings(child)) == ((1, 0, 0), [])


def test_no_clock_ages_a_row_only_what_is_received(tmp_path):
    desk = Desk(tmp_path, grace=30)
    child = desk.penalties("C1")
    desk.settle()
    desk.day += timedelta(days=400)
    assert desk.settle() == []
    assert desk.accepted(child) == []


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_arrival_does_not_matter_in_the_end(tmp_path, order):
    desk = Desk(tmp_path)
    steps: list[Callable[[], str]] = [
        lambda: desk.cases("C1"), lambda: desk.cases("C2", period="2025-Q2"), lambda: desk.penalties("C1", "C2", "C3"),
    ]  # fmt: skip
    made = {}
    for step in order:
        made[step] = steps[step]()
        desk.settle()
    assert desk.accepted(made[2]) == ["C1", "C2"]
    assert [finding[0] for finding in desk.findings(made[2])] == [3]


def test_checking_anew_ends_in_the_same_state(desk):
    desk.cases("C1")
    child = desk.penalties("C1", "C2", "C2")
    desk.settle()
    before = desk.accepted(child), desk.counts(child), desk.findings(child)
    check_anew(desk.register, [child])
    check_submission(desk.home, desk.register, desk.contracts, child)
    desk.settle()
    assert (desk.accepted(child), desk.counts(child), desk.findings(child)) == before


def test_a_record_in_quarantine_is_no_record(desk):
    desk.hand_in("cases", "case_ref,title\n,t\n", "2025-Q1")
    child = desk.penalties("C1")
    desk.settle()
    assert desk.accepted(child) == []


def test_a_record_that_was_superseded_is_still_known(desk):
    first = desk.cases("C1")
    child = desk.penalties("C1")
    desk.cases("C2", period="2025-Q1", kind="replacement", supersedes=first)
    desk.settle()
    assert desk.register.submission(first).status == "superseded"
    assert desk.accepted(child) == ["C1"]


def test_files_whose_records_are_all_known_are_left_as_they_are(desk):
    desk.cases("C1")
    desk.penalties("C1")
    assert desk.settle() == []
    waiting = desk.penalties("C2", period="2025-Q2")
    assert desk.settle() == [waiting]


def test_nothing_is_looked_up_while_nothing_has_changed(desk, monkeypatch):
    desk.penalties("C1")
    desk.settle()
    monkeypatch.setattr(module, "_look_up", lambda *_: pytest.fail("looked up"))
    assert desk.settle() == []


@pytest.mark.parametrize("stop_at", range(1, 4))
def test_a_settlement_that_is_cut_short_at_any_file_is_finished(desk, monkeypatch, stop_at):
    desk.cases("C1")
    child = desk.penalties("C1", "C2")
    whole, calls = module._write, itertools.count()

    def cut_short(*arguments: Any) -> None:
        if next(calls) == stop_at:
            raise KeyboardInterrupt
        whole(*arguments)

    monkeypatch.setattr(module, "_write", cut_short)
    with pytest.raises(KeyboardInterrupt):
        desk.settle()
    monkeypatch.setattr(module, "_write", whole)
    assert (desk.place(child) / REFERENCES_NEXT).exists()
    resume(desk.home, desk.register, desk.contracts["partner/penalties"])
    assert not (desk.place(child) / REFERENCES_NEXT).exists()
    assert desk.accepted(child) == ["C1"]
    assert desk.counts(child) == (1, 1, 0)
    assert [finding[:3] for finding in desk.findings(child)] == [(2, "case_ref_is_known_in_cases", "rejection")]


def test_a_copy_of_a_waiting_row_is_dropped_all_the_same(desk):
    child = desk.hand_in("penalties", "penalty_ref,case_ref,months\nP1,C1,3\nP1,C1,3\n", "2025-Q1")
    desk.settle()
    assert desk.counts(child) == (0, 1, 0)
    assert desk.register.submission(child).rows_duplicate == 1


def test_only_references_within_one_partner_are_rules_and_parents_come_first():
    contracts = load_contracts()
    rules = {c.id: [r.rule.name for r in references(c)] for c in contracts.values() if references(c)}
    assert rules["prosecution_service/penalties"] == ["case_ref_is_known_in_cases"]
    assert "prosecution_service/cases" not in rules
    assert {c.id for c in in_order(contracts)} == set(rules)
    told = {rule.name: rule.kind for rule in every_rule(contracts["trade_ministry/goods_lines"])}
    assert told["application_ref_is_known_in_applications"] == "reference"


def test_what_waits_for_a_waiting_record_comes_with_it(tmp_path):
    years = [field("year", primaryKey=True)]
    cases = [field("case_ref", primaryKey=True), field("title", references="partner/years.year")]
    write_contract(tmp_path / "contracts", document(years, feed="years"))
    desk = Desk(tmp_path, cases=cases)
    desk.cases("C1")
    child = desk.penalties("C1")
    desk.settle()
    assert desk.accepted(child) == []
    desk.hand_in("years", "year\nt\n", "2025-Q1")
    assert len(desk.settle()) == 2
    assert desk.accepted(child) == ["C1"]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("partner/cases.no_such", "which is no field of a known feed"),
        ("partner/none.case_ref", "which is no field of a known feed"),
        ("partner/cases.opened", "is of type string and references .* of type date"),
    ],
)
def test_a_reference_that_cannot_hold_is_told(tmp_path, target, told):
    write_contract(tmp_path, document([*CASES, field("opened", "date")], feed="cases"))
    write_contract(tmp_path, document([field("ref"), field("case_ref", references=target)], feed="penalties"))
    with pytest.raises(ContractError, match=told):
        load_contracts(tmp_path)


def test_references_in_a_circle_are_told(tmp_path):
    write_contract(tmp_path, document([field("a", references="partner/two.b")], feed="one"))
    write_contract(tmp_path, document([field("b", references="partner/one.a")], feed="two"))
    with pytest.raises(ContractError, match="go in a circle"):
        load_contracts(tmp_path)
