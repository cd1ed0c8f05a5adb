"""Every contract in data_contracts/ is a good one: valid against the standard, explained, exemplified.

Here: what the files say. Not here: the loader (tests/unit/intake), and whether a rule catches what it
should (tests/contracts).
"""

import json
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import jsonschema.protocols
import open_data_contract_standard.model as odcs
import pytest

from orchestration.contracts import plain_yaml, vocabulary
from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import REPAIRS, Contract, Field
from orchestration.settings import CONTRACTS_DIR

FILES = sorted(CONTRACTS_DIR.glob("*/*.odcs.yaml"))
CONTRACTS = load_contracts()


@pytest.fixture(scope="module")
def standard() -> jsonschema.protocols.Validator:
    """A validator of the Open Data Contract Standard's own JSON schema."""
    schema = json.loads(odcs.OpenDataContractStandard.json_schema())
    return jsonschema.validators.validator_for(schema)(schema)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name + "/" + path.stem)
def test_contract_is_valid_against_the_standard(path: Path, standard: jsonschema.protocols.Validator) -> None:
    faults = [
        f"{list(error.absolute_path)}: {error.message}" for error in standard.iter_errors(plain_yaml.load(path).data)
    ]
    assert faults == []


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.id)
def test_contract_explains_itself(contract: Contract) -> None:
    row = plain_yaml.load(contract.path).data["schema"][0]["description"]
    assert row.startswith("One row per ")
    for text in (contract.title, contract.description, contract.usage, contract.limitations):
        assert text, f"{contract.id} lacks a title, purpose, usage or limitations"
    assert [field.name for field in contract.fields if not field.description] == []
    assert [rule.name for rule in contract.rules if not rule.description.endswith(".")] == []


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.id)
def test_examples_are_good_values_as_the_partner_writes_them(contract: Contract) -> None:
    for field in contract.fields:
        assert field.examples, f"{contract.id}: {field.name} has no example"
        for example in field.examples:
            if example not in field.null_values:
                assert fault(contract, field, example) is None, f"{contract.id}: {field.name}: {example}"


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.id)
def test_every_rule_names_fields_that_can_break_it(contract: Contract) -> None:
    assert all(rule.fields for rule in contract.rules)
    assert len({rule.expression for rule in contract.rules}) == len(contract.rules)


def fault(contract: Contract, field: Field, text: str) -> str | None:
    """What is wrong with a value as written, told by Python alone; None when it is good."""
    if field.formats:
        return None if any(parses(text, form) for form in field.formats) else "no format fits"
    if field.type in ("integer", "decimal"):
        for separator in field.group_separators:
            text = text.replace(separator, "")
        number = Decimal(text.replace(field.decimal_separator, "."))
        low = field.minimum is not None and number < Decimal(field.minimum)
        high = field.maximum is not None and number > Decimal(field.maximum)
        return "out of range" if low or high else None
    if field.type == "boolean":
        return None if text.lower() in (*field.true_values, *field.false_values) else "neither true nor false"
    if field.pattern is not None and not re.search(field.pattern, text):
        return "does not match its pattern"
    if field.max_length is not None and len(text) > field.max_length:
        return "too long"
    if field.code_list is not None and text not in contract.code_lists[field.code_list].codes:
        return "no code of its list"
    return None


def parses(text: str, form: str) -> bool:
    """Whether a date or time is written in this format."""
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def test_the_readme_lists_every_word_that_a_contract_may_use() -> None:
    text = (CONTRACTS_DIR / "README.md").read_text(encoding="utf-8")
    words = [
        *vocabulary.CONTRACT_PROPERTIES,
        *vocabulary.FIELD_PROPERTIES,
        *vocabulary.TYPE_OPTIONS,
        *vocabulary.READER_OPTIONS,
        *REPAIRS,
    ]
    assert sorted(word for word in set(words) if f"`{word}`" not in text) == []
    for closed in (vocabulary.ROLES, vocabulary.CADENCES, vocabulary.FORMATS):
        assert ", ".join(closed) in text


def test_the_readme_names_no_list_that_is_not_there() -> None:
    text = (CONTRACTS_DIR / "README.md").read_text(encoding="utf-8")
    table = text.split("### Code lists")[1]
    named = {
        name
        for line in table.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([a-z_]+)`", line.split("|")[1])
    }
    assert named
    assert sorted(name for name in named if not (CONTRACTS_DIR / "code_lists" / f"{name}.csv").is_file()) == []
