"""Great Expectations and the classification find the same rows, rule by rule, in data that breaks every rule.

For each contract one submission of the rows that are written to break its rules (tests/contracts/breakers and the bad
values of the fields), and one of rows under one key. The classification writes its verdict beside each row; then the
quality record looks at all typed rows, also at those that were refused, knowing nothing of the verdicts.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from pathlib import Path

import duckdb
import pytest

from orchestration.contracts.model import Contract
from orchestration.contracts.rules import all_rules
from orchestration.settings import Home
from orchestration.submissions import quality
from orchestration.submissions.classify import BITS, classify, row_rules
from orchestration.submissions.duplicates import find_excluded
from orchestration.submissions.layout import ROWS, rows_sql
from tests.contracts.samples import CONTRACTS, Row, bad_row, good_row

RECEIVED_ON = date(2026, 6, 30)
FUTURE = date(2026, 7, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("agreement")


@pytest.fixture(scope="module")
def judged(folder: Path) -> dict[str, Counter[str]]:
    """What the classification finds: for each contract the number of rows that break each rule."""
    return {c.id: classified(c, broken_rows(c), folder / c.table) for c in CONTRACTS.values()}


@pytest.fixture(scope="module")
def clashing(folder: Path) -> dict[str, int]:
    """For each contract with a key the number of rows that share theirs with another, by the intake's own look."""
    found = {}
    for contract in CONTRACTS.values():
        if contract.key:
            classified(contract, twins(contract), folder / f"{contract.table}_twins")
            with duckdb.connect() as connection:
                duplicates, conflicts = find_excluded(connection, contract, folder / f"{contract.table}_twins")
                kept = connection.execute(
                    "select count(distinct kept_row) from excluded where reason = 'duplicate'"
                ).fetchall()[0][0]
            found[contract.id] = duplicates + conflicts + kept
    return found


@pytest.fixture(scope="module")
def recorded(folder: Path, judged: dict[str, Counter[str]], clashing: dict[str, int]) -> dict[str, dict[str, int]]:
    """What Great Expectations finds, all feeds in one context: that is what takes its time."""
    feeds = [(c, [folder / c.table]) for c in CONTRACTS.values()]
    feeds += [(keys_alone(CONTRACTS[name]), [folder / f"{CONTRACTS[name].table}_twins"]) for name in clashing]
    verdicts = quality.validate(Home(folder / "home").ensure(), feeds, every_row_of=RECEIVED_ON)
    return {verdict.contract_id: {broken.rule: broken.rows for broken in verdict.broken} for verdict in verdicts}


def test_every_rule_of_every_contract_finds_the_same_number_of_rows(
    judged: dict[str, Counter[str]], recorded: dict[str, dict[str, int]]
) -> None:
    compared, differing = 0, []
    for contract in CONTRACTS.values():
        for rule in all_rules(contract):
            if rule.kind == "unique":
                continue  # all rows here are variants of one; see the next test
            compared += 1
            ours, theirs = judged[contract.id][rule.name], recorded[contract.id].get(rule.name, 0)
            if ours != theirs:
                differing.append(f"{contract.id} {rule.name} ({rule.kind}): classification {ours}, record {theirs}")
    assert differing == []
    assert compared > 550


def test_every_rule_is_broken_in_the_data_that_is_compared(judged: dict[str, Counter[str]]) -> None:
    whole = [
        f"{contract.id} {rule.name}"
        for contract in CONTRACTS.values()
        for rule in all_rules(contract)
        if rule.kind != "unique" and not judged[contract.id][rule.name]
    ]
    assert whole == []


def test_rows_that_share_a_key_are_the_same_for_both(
    clashing: dict[str, int], recorded: dict[str, dict[str, int]]
) -> None:
    assert len(clashing) > 20
    found = {
        name: recorded[keys_alone(CONTRACTS[name]).id].get(f"{'_and_'.join(CONTRACTS[name].key)}_is_unique", 0)
        for name in clashing
    }
    assert found == clashing
    assert min(found.values()) >= 2


def broken_rows(contract: Contract) -> list[Row]:
    """The good row, each breaker and bad value in numbers of their own, a row all wrong and a row all empty."""
    good = good_row(contract)
    bad = [row for rule in row_rules(contract) if (row := bad_row(contract, rule)) is not None]
    for field in contract.fields:
        if field.not_after_receipt:
            bad.append({**good, field.name: FUTURE.strftime(field.formats[0])})
    rows = [good] + [row for number, row in enumerate(bad) for _ in range(number % 3 + 1)]
    return [*rows, dict.fromkeys(good, "§ no such value"), dict.fromkeys(good)]


def twins(contract: Contract) -> list[Row]:
    """The good row twice, and once more with other content where a cell outside the key may be empty."""
    good = good_row(contract)
    optional = [f.name for f in contract.fields if not f.required and f.name not in contract.key and good[f.name]]
    variants = [{**good, name: None} for name in optional]
    with duckdb.connect() as connection:
        found = classify(contract, given(connection, [good, *variants]), "S1", received_on=RECEIVED_ON)
        accepted = [row for (row,) in connection.execute(f"select is_accepted from ({found.sql})").fetchall()]
    return [good, good, *[row for row, sound in zip(variants, accepted[1:], strict=True) if sound][:1]]


def keys_alone(contract: Contract) -> Contract:
    """The contract under another name, without any rule but that of its key."""
    fields = tuple(
        replace(
            field, required=False, code_list=None, pattern=None, minimum=None, maximum=None, max_length=None,
            repairs=(), valid_on=None, not_after_receipt=False, check_digits=None, open_text=False,
            replaced_codes=None,
        )
        for field in contract.fields
    )  # fmt: skip
    return replace(contract, feed=f"{contract.feed}_twins", fields=fields, rules=())


def classified(contract: Contract, rows: Sequence[Row], folder: Path) -> Counter[str]:
    """Write the rows with their verdicts as the lake does; the number of rows that break each rule."""
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        found = classify(contract, given(connection, rows), "S1", received_on=RECEIVED_ON)
        connection.execute(f"copy ({found.sql}) to '{folder / ROWS}' (format parquet)")
        masks = ", ".join(found.mask_columns("_broken", found.rules))
        judged = connection.execute(f"select {masks} from {rows_sql([folder])}").fetchall()
    assert len(judged) == len(rows)
    return Counter(
        rule.name for row in judged for at, rule in enumerate(found.rules) if row[at // BITS] >> (at % BITS) & 1
    )


def given(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> str:
    """The rows as a table of text."""
    connection.execute("set timezone = 'UTC'")
    columns = ", ".join(f'"{name}" varchar' for name in rows[0])
    connection.execute(f"create table given ({columns})")
    marks = ", ".join("?::varchar" for _ in rows[0])
    for row, alike in groupby(rows):
        connection.execute(f"insert into given select {marks} from range({len(list(alike))})", list(row.values()))
    return "given"
