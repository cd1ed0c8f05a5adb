"""What contracts promise and what became of it, as relations of the schema `raw`: the scorecard's ground.

Here: raw.feeds, raw.rules and raw.expected_submissions, functions of register and contracts. Their "today" is the day
of the newest receipt in the register, so that no clock decides what a scorecard says. Not here: what is due
(submissions/due.py) and how a score is made of it (dbt_project, data_quality_scorecard).
"""

from collections.abc import Iterable, Sequence
from datetime import date

import duckdb

from orchestration.contracts.model import Contract, ContractSet, Rule
from orchestration.contracts.rules import every_rule
from orchestration.quoting import sql_text
from orchestration.register import Submission
from orchestration.submissions.due import due_of
from orchestration.submissions.findings import DROPPED

Value = str | int | date | None
# Relations made here, with their columns.
FEEDS, RULES, EXPECTED = "feeds", "rules", "expected_submissions"
PROMISES: dict[str, str] = {
    FEEDS: (
        "partner VARCHAR, feed VARCHAR, delivery VARCHAR, cadence VARCHAR, grace_days BIGINT, required_fields BIGINT"
    ),
    RULES: "partner VARCHAR, feed VARCHAR, rule VARCHAR, severity VARCHAR, kind VARCHAR, dimension VARCHAR",
    EXPECTED: (
        "partner VARCHAR, feed VARCHAR, period VARCHAR, last_on DATE, due_on DATE, submission_id VARCHAR, "
        "state VARCHAR, days_late BIGINT"
    ),
}
# What a finding says about quality, by the kind of its rule; of other kinds it is about validity. The contract's own
# rules compare fields with each other, and a reference compares records.
DIMENSIONS = {
    "present": "completeness",
    "unique": "uniqueness",
    "custom": "consistency",
    "reference": "consistency",
    "marking": "consistency",
}
VALIDITY = "validity"


def create_promises(
    connection: duckdb.DuckDBPyConnection, contracts: ContractSet, submissions: Sequence[Submission]
) -> None:
    """Make the three relations in the schema raw, which is there."""
    today = max((s.received_at.date() for s in submissions), default=None)
    _create(connection, FEEDS, (_feed(contract) for contract in contracts.values()))
    _create(connection, RULES, (row for contract in contracts.values() for row in _rules(contract)))
    expected = (
        (due.partner, due.feed, due.period, due.last_on, due.due_on, due.submission_id, due.state, due.days_late)
        for contract in contracts.values()
        if today is not None
        for due in due_of(contract, submissions, today)
    )
    _create(connection, EXPECTED, expected)


def dimension_of(rule: Rule) -> str:
    """Which component of the score suffers when the rule is broken."""
    return DIMENSIONS.get(rule.kind, VALIDITY)


def _feed(contract: Contract) -> tuple[Value, ...]:
    required = sum(field.required for field in contract.fields)
    return contract.partner, contract.feed, contract.delivery, contract.cadence, contract.grace_days, required


def _rules(contract: Contract) -> Iterable[tuple[Value, ...]]:
    where = (contract.partner, contract.feed)
    for rule in every_rule(contract):
        yield *where, rule.name, rule.severity, rule.kind, dimension_of(rule)
    yield *where, DROPPED, "repair", "unique", "uniqueness"


def _create(connection: duckdb.DuckDBPyConnection, name: str, rows: Iterable[tuple[Value, ...]]) -> None:
    connection.execute(f"CREATE TABLE raw.{name} ({PROMISES[name]})")
    # Literals: bound parameters make DuckDB import pandas, which costs more than this statement.
    if values := ", ".join(f"({', '.join(map(_literal, row))})" for row in rows):
        connection.execute(f"INSERT INTO raw.{name} VALUES {values}")


def _literal(value: Value) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else sql_text(str(value))
