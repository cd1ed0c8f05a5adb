"""Every rule of every contract catches the row written to break it, and a good row breaks none.

breakers/<partner>.yaml gives for each feed and rule what to change in a good row; the good row is made of the
first example of every field. Rows go through the checker's own query, so that what is proved is what runs.
The rules that follow from the fields are broken here too, by a value that each of them must refuse.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts import plain_yaml
from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import Contract, Field, Rule
from orchestration.submissions.classify import BITS, classify, row_rules

CONTRACTS = load_contracts()
FOLDER = Path(__file__).parent / "breakers"
BREAKERS = {feed: given for path in sorted(FOLDER.glob("*.yaml")) for feed, given in plain_yaml.load(path).data.items()}
OWN_RULES = [(contract, rule) for contract in CONTRACTS.values() for rule in contract.rules]
each_contract = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.id)

Row = dict[str, str | None]


@each_contract
def test_a_good_row_breaks_no_rule(contract: Contract) -> None:
    assert verdicts(contract.id)["good"] == set()


@each_contract
def test_each_rule_has_a_breaker_and_no_breaker_lacks_its_rule(contract: Contract) -> None:
    assert set(breakers(contract)) == {rule.name for rule in contract.rules}


@pytest.mark.parametrize(
    ("contract", "rule"), OWN_RULES, ids=[f"{contract.id}-{rule.name}" for contract, rule in OWN_RULES]
)
def test_a_rule_catches_its_breaker_and_no_other_rule_does(contract: Contract, rule: Rule) -> None:
    assert verdicts(contract.id)[rule.name] == {rule.name}


@each_contract
def test_the_rules_of_the_fields_catch_a_bad_value(contract: Contract) -> None:
    meant = [rule.name for rule in field_rules(contract)]
    assert [name for name in meant if name not in verdicts(contract.id)[name]] == []


@cache
def verdicts(contract_id: str) -> dict[str, set[str]]:
    """For the good row ("good"), each breaker and each bad value (by the rule meant): the rules found broken.

    All rows of a contract go through one query: planning it costs more than running it.
    """
    contract = CONTRACTS[contract_id]
    good = good_row(contract)
    rows = {"good": good}
    for name, change in breakers(contract).items():
        rows[name] = {**good, **as_text(change)}
        assert len(rows[name]) == len(good), f"{contract_id}: breaker {name} names an unknown field"
    for rule in field_rules(contract):
        field = contract.field_by_name[rule.fields[0]]
        rows[rule.name] = {**good, field.name: bad_value(field, rule)}
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    columns = ", ".join(f'"{name}" varchar' for name in good)
    connection.execute(f"create table given ({columns})")
    marks = ", ".join("?" for _ in good)
    connection.executemany(f"insert into given values ({marks})", [list(row.values()) for row in rows.values()])
    found = classify(contract, "given", "S000")
    columns = ", ".join(found.mask_columns("_broken", found.rules))
    judged = connection.execute(f"select {columns} from ({found.sql})").fetchall()
    return {
        label: {rule.name for at, rule in enumerate(found.rules) if masks[at // BITS] >> (at % BITS) & 1}
        for label, masks in zip(rows, judged, strict=True)
    }


def good_row(contract: Contract) -> Row:
    """The first examples, mended by `row` where they do not go together."""
    row: Row = {field.name: field.examples[0] for field in contract.fields}
    changes = BREAKERS.get(contract.id, {}).get("row") or {}
    assert set(changes) <= set(row), f"{contract.id}: `row` names fields that the contract has not"
    return {**row, **as_text(changes)}


def breakers(contract: Contract) -> Mapping[str, Mapping[str, object]]:
    """The breakers of a feed by rule."""
    return BREAKERS.get(contract.id, {}).get("breakers") or {}


def as_text(values: Mapping[str, object]) -> Row:
    """Values as they stand in a file: YAML's numbers as text."""
    return {name: None if value is None else str(value) for name, value in values.items()}


def field_rules(contract: Contract) -> list[Rule]:
    """The rules that follow from the fields and that a row can break by itself."""
    return [rule for rule in row_rules(contract) if rule.kind not in ("custom", "marking")]


def bad_value(field: Field, rule: Rule) -> str | None:
    """A text that must break this rule of the field."""
    if rule.kind == "present":
        return None
    if rule.kind == "minimum":
        return str(int(float(str(field.minimum))) - 1)
    if rule.kind == "maximum":
        return str(int(float(str(field.maximum))) + 1)
    if rule.kind == "max_length":
        length = int(field.max_length or 0)
        return f"[{'0,' * length}0]" if field.type == "array" else "x" * (length + 1)
    if rule.kind == "text":
        return "\u00a7\u202e"
    return "\u00a7 no such value"
