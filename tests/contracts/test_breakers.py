"""Every rule of every contract catches the sample written to break it and nothing else, and a good one breaks none.

The samples are made in samples.py. Rules that no sample can break alone are named in breakers/<partner>.yaml under
`inseparable`, with those that fall with them and the reason.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.contracts.model import Contract, FileRule, Rule
from orchestration.contracts.references import Reference, references
from orchestration.contracts.rules import all_rules, every_rule
from orchestration.submissions.classify import row_rules
from tests.contracts import samples
from tests.contracts.samples import (
    CONTRACTS,
    bad_row,
    breaks_file_rule,
    broken_references,
    checked,
    declared,
    good_row,
    other_content,
)

ROW_RULES = [(contract, rule) for contract in CONTRACTS.values() for rule in row_rules(contract)]
FILE_RULES = [(contract, rule) for contract in CONTRACTS.values() for rule in contract.file_rules]
REFERENCES = [(contract, reference) for contract in CONTRACTS.values() for reference in references(contract)]
KEYED = [contract for contract in CONTRACTS.values() if contract.key]
KINDS = {"present", "type", "code_list", "pattern", "minimum", "maximum", "max_length", "custom", "marking", "readable",
         "text", "valid_on", "not_after_receipt", "check_digits", "spill", "unique"}  # fmt: skip
each_contract = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.id)


def named(pairs: list[tuple[Contract, Rule]] | list[tuple[Contract, FileRule]]) -> list[str]:
    return [f"{contract.id}-{rule.name}" for contract, rule in pairs]


@each_contract
def test_a_good_row_breaks_no_rule(contract: Contract) -> None:
    assert samples.verdicts(contract.id)["good"] == set()


@each_contract
def test_each_rule_has_a_breaker_and_no_breaker_lacks_its_rule(contract: Contract) -> None:
    assert without_breaker(contract) == []
    own = {rule.name for rule in contract.rules}
    implied = {rule.name for rule in row_rules(contract)} - own
    assert set(declared(contract, "breakers")) == own
    assert set(declared(contract, "fields")) | set(declared(contract, "inseparable")) <= implied


def without_breaker(contract: Contract) -> list[str]:
    """The rules of a contract that no sample of this folder breaks: by kind, so that a new kind of rule needs one."""
    keyed = {"unique"} if contract.key else set()
    return [
        rule.name
        for rule in {rule.name: rule for rule in (*row_rules(contract), *all_rules(contract))}.values()
        if rule.kind not in KINDS or (rule.kind not in keyed and bad_row(contract, rule) is None)
    ]


def test_a_rule_without_a_breaker_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    contract = CONTRACTS["trade_ministry/goods_lines"]
    kept = {name: row for name, row in declared(contract, "breakers").items() if name != "firearms_are_counted"}
    monkeypatch.setitem(samples.BREAKERS, contract.id, {**samples.BREAKERS[contract.id], "breakers": kept})
    assert without_breaker(contract) == ["firearms_are_counted"]
    of_new_kind = replace(contract, rules=(*contract.rules, Rule("is_new", "true", "", fields=("unit",), kind="new")))
    assert without_breaker(of_new_kind) == ["firearms_are_counted", "is_new"]


@pytest.mark.parametrize(("contract", "rule"), ROW_RULES, ids=named(ROW_RULES))
def test_a_rule_catches_its_breaker_and_no_other_rule_does(contract: Contract, rule: Rule) -> None:
    beside = declared(contract, "inseparable").get(rule.name) or {"with": [], "because": "-"}
    assert beside["because"]
    assert samples.verdicts(contract.id)[rule.name] == {rule.name, *beside["with"]}


@pytest.mark.parametrize("contract", KEYED, ids=lambda contract: contract.id)
def test_two_rows_of_one_key_break_its_uniqueness_and_nothing_else(contract: Contract, tmp_path: Path) -> None:
    good, other = good_row(contract), other_content(contract)
    assert other is not None
    [rule] = [rule for rule in all_rules(contract) if rule.kind == "unique"]
    done = checked(contract, [good, other], tmp_path, "two")
    assert [(found.rule, found.rows) for found in done.findings if found.severity == "rejection"] == [(rule.name, 2)]
    same = checked(contract, [good, good], tmp_path, "same")
    assert (same.counts.rows_accepted, same.counts.rows_duplicate, same.counts.rows_quarantined) == (1, 1, 0)


@pytest.mark.parametrize(("contract", "rule"), FILE_RULES, ids=named(FILE_RULES))
def test_a_rule_about_a_file_catches_its_breaker_and_no_other_rule_does(
    contract: Contract, rule: FileRule, tmp_path: Path
) -> None:
    expected = {rule.name} | BESIDE.get((contract.id, rule.name), set())
    assert breaks_file_rule(contract, rule, tmp_path, good=False) == expected
    assert breaks_file_rule(contract, rule, tmp_path, good=True) - SMALL == set()


@pytest.mark.parametrize(
    ("contract", "reference"), REFERENCES, ids=[f"{contract.id}-{of.rule.name}" for contract, of in REFERENCES]
)
def test_a_reference_to_nobody_breaks_its_rule_and_nothing_else(
    contract: Contract, reference: Reference, tmp_path: Path
) -> None:
    (tmp_path / "known").mkdir()
    assert broken_references(contract, tmp_path / "known") == set()
    assert broken_references(contract, tmp_path, unknown=reference.field) == {reference.rule.name}


def test_no_rule_of_any_kind_is_left_out() -> None:
    broken = {(c.id, r.name) for c, r in ROW_RULES} | {(c.id, r.name) for c, r in FILE_RULES}
    broken |= {(c.id, of.rule.name) for c, of in REFERENCES}
    broken |= {(c.id, r.name) for c in KEYED for r in all_rules(c) if r.kind == "unique"}
    assert {(c.id, rule.name) for c in CONTRACTS.values() for rule in every_rule(c)} - broken == set()


# Small files lie below the bands of rows of the public lists; the rule of the band itself has a sample of its own.
SMALL = {rule.name for _, rule in FILE_RULES if rule.metric == "rowCount"}
BESIDE = {
    (contract.id, rule.name): {other.name for other in contract.file_rules if other.name in SMALL}
    for contract, rule in FILE_RULES
    if rule.metric in ("lostShare", "median")
}
