"""The file of case rules: what it may say, how a fault is told, and that every rule is wired through to the cases."""

import csv
import re
import shutil
from pathlib import Path

import pytest
import yaml

from orchestration.cases.rules import COLUMNS, FILE, MODELS, load_case_rules
from orchestration.errors import ContractError

HELPERS = {
    "rules", "application_parties", "transactions", "denials", "evidence", "licensing_context", "customs_context",
    "links", "licensing_records", "enforcement_records", "intelligence_records", "records", "contradictions",
    "outcomes", "dispositions", "acknowledgements",
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A copy of the rules that a test may spoil, with the partners beside it."""
    shutil.copy(FILE.with_name("partners.csv"), tmp_path)
    return Path(shutil.copy(FILE, tmp_path))


def spoil(file: Path, column: str, value: str, row: int = 0) -> Path:
    """Write another value into one cell."""
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    rows[row][column] = value
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return file


def test_the_rules_in_force_are_sound_and_all_on() -> None:
    rules = {rule.id: rule for rule in load_case_rules()}
    assert {
        "undercut", "export_without_licence", "export_beyond_licence", "seizure_licensed_consignee", "psv_overdue",
        "listed_party_licensed", "intelligence_on_pending", "licence_shopping",
    } <= set(rules)  # fmt: skip
    assert all(rule.is_active for rule in rules.values())
    assert rules["undercut"].window_days == 1096, "three years"
    assert rules["undercut"].other_agencies == ("allied_licensing_authority", "foreign_ministry")


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("is_active", "yes", "is_active is true or false, not `yes`"),
        ("window_days", "three years", "window_days is `three years`; expected a whole number from 1 to 36500"),
        ("window_days", "0", "window_days is `0`"),
        ("window_days", "-5", "window_days is `-5`"),
        ("tolerance_percent", "1.5", "tolerance_percent is `1.5`"),
        ("other_agencies", "the_ally", "other_agencies names `the_ally`; expected one of allied_licensing_authority"),
        ("other_agencies", "trade_ministry", "trade_ministry stands on both sides of undercut"),
        ("links", "party|colour", "links names `colour`; expected one of goods, party, shipment"),
        ("yield_kinds", "applause", "yield_kinds names `applause`"),
        ("explanation", " ", "explanation is empty"),
        ("code", "unheard_of", "the rule unheard_of has no model int_cases__unheard_of.sql"),
        ("code", "licence_shopping", "the rule licence_shopping is declared twice"),
    ],
)
def test_a_fault_is_told_with_its_line(file: Path, column: str, value: str, told: str) -> None:
    with pytest.raises(ContractError, match=re.escape(told)) as caught:
        load_case_rules(spoil(file, column, value))
    assert re.match(rf"{re.escape(str(file))}:\d+: ", str(caught.value))


def test_a_rule_may_be_switched_off(file: Path) -> None:
    assert [rule.id for rule in load_case_rules(spoil(file, "is_active", "false")) if not rule.is_active] == [
        "undercut"
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"code,title\nundercut,Undercut\n", ":1: the case rules have the columns code, title,"),
        (b"\xff\xfe", "byte 0 is not UTF-8"),
        (b"", ":1: the case rules have the columns"),
        ((",".join(COLUMNS) + "\nundercut,Undercut\n").encode(), ":2: 2 cells where the header has 10 columns"),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(file: Path, content: bytes, told: str) -> None:
    file.write_bytes(content)
    with pytest.raises(ContractError, match=re.escape(told)):
        load_case_rules(file)


def test_every_rule_is_gathered_into_the_cases_and_every_model_is_a_rule() -> None:
    declared = {rule.id for rule in load_case_rules()}
    assert {path.stem.removeprefix("int_cases__") for path in MODELS.glob("*.sql")} - HELPERS == declared
    gathered = re.search(
        r"set rules = \[(.*?)\]", (MODELS / "int_cases__evidence.sql").read_text(encoding="utf-8"), re.S
    )
    assert gathered
    assert set(re.findall(r"'(\w+)'", gathered[1])) == declared


def test_every_rule_is_tested_by_life_cycles() -> None:
    document = yaml.safe_load((MODELS / "_unit_tests.yml").read_text(encoding="utf-8"))
    tested = {test["model"].removeprefix("int_cases__") for test in document["unit_tests"]}
    assert {rule.id for rule in load_case_rules()} <= tested


def test_every_rule_reads_its_switch_and_its_agencies() -> None:
    for rule in load_case_rules():
        sql = (MODELS / f"int_cases__{rule.id}.sql").read_text(encoding="utf-8")
        assert f"where rule = '{rule.id}' and is_active" in sql
        assert "rules.focus_agencies" in sql
        assert "rules.other_agencies" in sql
