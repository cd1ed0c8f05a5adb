"""Great Expectations says of accepted rows what the contract says: no more, no less."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.load import load_contracts
from orchestration.contracts.model import Contract
from orchestration.contracts.rules import all_rules
from orchestration.errors import EntrepotError
from orchestration.settings import Home
from orchestration.submissions import quality
from orchestration.submissions.lake import ROWS

CONTRACTS = load_contracts()
USAGES = CONTRACTS["customs_service/licence_usages"]
GOOD = {
    "usage_ref": "'U-1'", "licence_ref": "'XA-L-1'", "usage_type": "'O'", "control_date": "date '2025-03-01'",
    "quantity": "1", "value": "2", "currency": "'EUR'", "mrn": "'25XA0A1B2C3D4E5F60'", "line_no": "1", "item_no": "1",
}  # fmt: skip


def lake_folder(folder: Path, contract: Contract, rows: list[dict[str, str]]) -> Path:
    """A checked submission as the lake keeps it, with rows that no check has looked at."""
    folder.mkdir(parents=True)
    selects = []
    for row in rows:
        fields = ", ".join(f'({row.get(f.name, "null")})::{f.duckdb_type} as "{f.name}"' for f in contract.fields)
        selects.append(f"select {fields}, 'S1' as submission_id, '{{}}' as marking, true as is_accepted")
    duckdb.sql(f"copy ({' union all '.join(selects)}) to '{folder / ROWS}' (format parquet)")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").ensure()


def test_good_rows_break_nothing_and_get_a_page(home: Home, tmp_path: Path) -> None:
    folder = lake_folder(tmp_path / "S1", USAGES, [GOOD, GOOD | {"usage_ref": "'U-2'"}])
    [verdict] = quality.validate(home, [(USAGES, [folder])])
    assert [broken.rule for broken in verdict.broken] == []
    assert verdict.rows == 2
    assert "usage_ref" in verdict.page.read_text(encoding="utf-8")
    assert (home.quality / "index.html").exists()


def test_a_page_that_cannot_be_written_is_an_error_and_no_wall_of_text(
    home: Home, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Great Expectations goes on without the page and tells its log; the next run would take the verdict for done."""
    folder = lake_folder(tmp_path / "S1", USAGES, [GOOD])
    (home.quality / "validations").write_text("a file where the folder of the pages belongs")
    with pytest.raises(EntrepotError, match=r"could not write 1 of the pages of the quality record \(.*Error: "):
        quality.validate(home, [(USAGES, [folder])])
    assert "Traceback" not in capfd.readouterr().err


def test_each_broken_rule_is_named_with_its_rows(home: Home, tmp_path: Path) -> None:
    rows = [GOOD, GOOD, GOOD | {"usage_ref": "null"}, GOOD | {"usage_ref": "'U-3'", "currency": "'ZZZ'"}]
    folder = lake_folder(tmp_path / "S1", USAGES, rows)
    [verdict] = quality.validate(home, [(USAGES, [folder])])
    found = {broken.rule: broken.rows for broken in verdict.broken}
    assert found["usage_ref_is_present"] == 1
    assert found["currency_is_in_currencies"] == 1
    assert "usage_ref_is_unique" in found
    assert len(verdict.errors) == len(verdict.broken)


def test_a_broken_warning_is_no_error(home: Home, tmp_path: Path) -> None:
    contract = replace(USAGES, rules=tuple(replace(rule, severity="warning") for rule in USAGES.rules))
    folder = lake_folder(tmp_path / "S1", contract, [GOOD | {"mrn": "null", "item_no": "null"}])
    [verdict] = quality.validate(home, [(contract, [folder])])
    assert [broken.severity for broken in verdict.broken] == ["warning"] * len(verdict.broken)
    assert verdict.broken
    assert verdict.errors == ()


def test_every_rule_but_types_has_an_expectation_and_none_fails_to_run(home: Home, tmp_path: Path) -> None:
    feeds = [
        (contract, [lake_folder(tmp_path / contract.table, contract, [{}])]) for contract in list(CONTRACTS.values())
    ]
    for contract, _ in feeds:
        rules = {rule.name for rule in all_rules(contract) if rule.kind not in ("type", "not_after_receipt")}
        told = {expectation.meta["rule"] for expectation in quality.expectations(contract)}
        assert told == rules | {"columns_are_those_of_the_contract"}
    verdicts = quality.validate(home, feeds)  # raises if one cannot be evaluated
    assert len(verdicts) == len(CONTRACTS)


def test_braces_and_colons_survive_two_templates() -> None:
    assert quality.literal_sql("regexp_matches(x, '^a{3}(?:b)$')") == r"regexp_matches(x, '^a{{3}}(?\:b)$')"
    assert quality.literal_sql("x::date > y") == "x::date > y"
