"""Every rule about a file, and every reference, catches the file written to break it, and no other rule does.

Files are made of the good row of tests/contracts/breakers. They go through the intake's own steps from the typed rows
on; how bytes become rows is shown elsewhere.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.file_rules import DECLARED, FORMED, LOST, MEDIAN, METRICS, ROW_COUNT, UNREADABLE
from orchestration.contracts.model import Contract, FileRule
from orchestration.contracts.references import Reference, references
from orchestration.errors import RejectedFileError
from orchestration.register import Register, submissions
from orchestration.sample.writers.text import one_as_text
from orchestration.settings import Home
from orchestration.submissions.account import account
from orchestration.submissions.classify import classify
from orchestration.submissions.findings import findings_query, keep_flagged, quarantine_query
from orchestration.submissions.layout import FINDINGS, QUARANTINED, ROWS, rows_sql
from orchestration.submissions.manifest import Manifest
from orchestration.submissions.references import settle_references
from orchestration.submissions.settle import record_verdict
from orchestration.submissions.whole_file import Circumstances, History, doubts_about, refuse_contradictions
from tests.contracts.test_breakers import CONTRACTS, Row, good_row
from tests.contracts.test_quality_agrees import given

DAY = date(2026, 6, 30)
each_contract = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.id)
FILE_RULES = [(contract, rule) for contract in CONTRACTS.values() for rule in contract.file_rules]
REFERENCES = [(contract, reference) for contract in CONTRACTS.values() for reference in references(contract)]


@each_contract
def test_a_good_file_breaks_no_rule(contract: Contract, tmp_path: Path) -> None:
    rows = good_rows(contract)
    before = History(("before",), (written(contract, rows, tmp_path / "before"),))
    said = Manifest(rows=len(rows))
    assert judged(contract, rows, tmp_path / "now", Circumstances(DAY, said, before)) == set()


@pytest.mark.parametrize(("contract", "rule"), FILE_RULES, ids=[f"{c.id}-{rule.name}" for c, rule in FILE_RULES])
def test_a_rule_about_a_file_catches_the_file_that_breaks_it(
    contract: Contract, rule: FileRule, tmp_path: Path
) -> None:
    good = good_rows(contract)
    earlier = [*good, *good] if rule.metric == LOST else good
    before = History(("before",), (written(contract, earlier, tmp_path / "before"),))
    rows = broken(contract, rule, good)
    said = Manifest(rows=len(rows) + (rule.metric == DECLARED))
    if rule.outcome == "held":
        assert judged(contract, rows, tmp_path / "now", Circumstances(DAY, said, before)) == {rule.name}
        return
    with pytest.raises(
        RejectedFileError, match="manifest says" if rule.metric == DECLARED else "not in the agreed form"
    ):
        judged(contract, rows, tmp_path / "now", Circumstances(DAY, said, before))


def test_every_kind_of_rule_about_files_is_in_a_contract_but_the_last_line() -> None:
    assert {rule.metric for _, rule in FILE_RULES} == set(METRICS) - {"whole"}


@pytest.mark.parametrize(
    ("contract", "reference"), REFERENCES, ids=[f"{c.id}-{reference.rule.name}" for c, reference in REFERENCES]
)
def test_a_reference_catches_a_row_whose_record_is_not_there_and_lets_it_go_when_it_comes(
    contract: Contract, reference: Reference, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home").ensure()
    register = Register(home.register_url, clock=lambda: datetime(2026, 6, 30))
    parent = CONTRACTS[reference.parent]
    record = good_row(parent)
    child = put(home, register, contract, {**good_row(contract), reference.field: record[reference.target]})
    settle_references(home, register, CONTRACTS)
    assert reference.rule.name in told(child)
    put(home, register, parent, record)
    settle_references(home, register, CONTRACTS)
    assert reference.rule.name not in told(child)


def good_rows(contract: Contract) -> list[Row]:
    """As many good rows as the contract asks for, thirty at least."""
    low = max((int(rule.low or 0) for rule in contract.file_rules), default=0)
    return [good_row(contract)] * max(low, 30)


def broken(contract: Contract, rule: FileRule, good: Sequence[Row]) -> list[Row]:
    """The good file, changed so that it breaks this rule; where rows are lost, the list before has twice as many."""
    if rule.metric == ROW_COUNT:
        return list(good[:-1])
    if rule.metric == UNREADABLE:
        field = next(field for field in contract.fields if field.type in FORMED)
        return [{**row, field.name: "§ no such value"} for row in good]
    if rule.metric == MEDIAN:
        field = contract.field_by_name[str(rule.field)]
        return [{**row, field.name: one_as_text(field, Decimal("98765432109.00"))} for row in good]
    assert rule.metric in (DECLARED, LOST)
    return list(good)


def judged(contract: Contract, rows: Sequence[Row], folder: Path, beside: Circumstances) -> set[str]:
    """The names of the rules that make the file implausible; RejectedFileError where it contradicts itself."""
    folder.mkdir()
    with duckdb.connect() as connection:
        found = classify(contract, given(connection, rows), "S1", received_on=DAY)
        connection.execute(f"copy ({found.sql}) to '{folder / ROWS}' (format parquet)")
        keep_flagged(connection, found, rows_sql([folder]))
        refuse_contradictions(connection, found, contract, folder, "the file", beside.manifest)
        doubts, not_judged = doubts_about(connection, contract, folder, "the file", beside)
    assert not_judged == ()
    return {doubt.rule for doubt in doubts}


def written(contract: Contract, rows: Sequence[Row], folder: Path) -> Path:
    """The rows with their verdicts, as the lake keeps them."""
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        found = classify(contract, given(connection, rows), folder.name, received_on=DAY)
        connection.execute(f"copy ({found.sql}) to '{folder / ROWS}' (format parquet)")
        occurring = keep_flagged(connection, found, rows_sql([folder]))
        connection.execute(
            "create temp table excluded (source_row_number bigint, reason varchar, kept_row bigint, raw varchar)"
        )
        for query, name in (
            (findings_query(contract, occurring), FINDINGS), (quarantine_query(contract, occurring), QUARANTINED),
        ):  # fmt: skip
            connection.execute(f"copy ({query}) to '{folder / name}' (format parquet)")
    return folder


def put(home: Home, register: Register, contract: Contract, row: Row) -> Path:
    """One accepted submission of one row, in register and lake."""
    identifier = f"S{len(register.submissions()) + 1:015d}"
    with register.transaction() as connection:
        connection.execute(
            submissions.insert().values(
                id=identifier, sequence=len(register.submissions()) + 1, partner=contract.partner, feed=contract.feed,
                period="", kind="initial", file_name="file", sha256="0" * 64, bytes=1, received_at=register.clock(),
                contract_version=contract.version, status="received",
            )
        )  # fmt: skip
    folder = written(contract, [row], home.lake_folder(contract.partner, contract.feed, identifier))
    with duckdb.connect() as connection:
        counts = account(connection, contract, folder, "the file")
    assert counts.rows_accepted == 1
    record_verdict(register, contract, identifier, "accepted", "", counts.as_dict())
    return folder


def told(folder: Path) -> set[str]:
    """The names of the rules in the findings on a submission."""
    return {name for (name,) in duckdb.sql(f"select distinct rule from '{folder / FINDINGS}'").fetchall()}
