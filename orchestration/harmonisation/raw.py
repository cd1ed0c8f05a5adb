"""The schema `raw` of the build database: what dbt reads.

Here: one relation a feed with the accepted rows in the lake, the register's submissions and judgements, and all
findings. It is a view where the rows are many; few are copied, as hundreds of models, tests and releases would each
open all their files. While nothing has been accepted it is empty but typed, so that every model always runs. In a
feed's relation `sequence` is the submission's place in the order of issue, `kind` the kind that counts, and
`is_withdrawal` marks a row that takes its record away. Not here: what the rows mean (dbt_project), how they were
checked and how submissions stand (submissions/).
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

import duckdb

from orchestration.contracts.model import Contract, ContractSet
from orchestration.contracts.period import coverage_of, days_of
from orchestration.harmonisation.promises import PROMISES, create_promises
from orchestration.harmonisation.withdrawals import is_withdrawal_sql, withdrawal_findings_sql
from orchestration.judgements import Judgement, in_force
from orchestration.quoting import sql_name, sql_text
from orchestration.register import Register, Submission
from orchestration.settings import Home
from orchestration.submissions.kinds import contract_for, has_rows
from orchestration.submissions.lake import accepted_sql, findings_sql
from orchestration.submissions.layout import FINDINGS, ROWS, relation_kind
from orchestration.submissions.life import Standing
from orchestration.submissions.manifest import parse_manifest
from orchestration.submissions.settle import standings

SQL_TYPES: dict[type, str] = {str: "VARCHAR", int: "BIGINT", datetime: "TIMESTAMP"}
# What raw.submissions has beside the columns of the register.
DERIVED = (
    ("issue_rank", "BIGINT"), ("acts_as", "VARCHAR"), ("coverage_begins_on", "DATE"), ("coverage_ends_on", "DATE"),
    ("coverage", "DECIMAL(9,6)"), ("period_ends_on", "DATE"),
)  # fmt: skip
# A superseded or withdrawn submission keeps its row in the register and its files in the lake, but speaks
# no more.
SPEAKING = "accepted"
# Relations besides those of the feeds.
JUDGEMENTS = (
    "partner VARCHAR, subject VARCHAR, subject_id VARCHAR, verdict VARCHAR, author VARCHAR, reason VARCHAR, "
    "marking VARCHAR, evidence VARCHAR, judged_at TIMESTAMP, sequence BIGINT"
)
REGISTER_RELATIONS = ("submissions", "row_findings", "judgements", *PROMISES)


def build_raw(
    connection: duckdb.DuckDBPyConnection, home: Home, register: Register, contracts: ContractSet
) -> dict[str, int]:
    """Make the schema anew; returns the number of submissions behind each feed."""
    submissions = register.submissions()
    found = {
        identifier: standing
        for contract in contracts.values()
        for identifier, standing in standings(register, contract).items()
    }
    connection.execute("CREATE SCHEMA IF NOT EXISTS raw")
    _drop_all(connection)
    _create_submissions(connection, submissions, found)
    create_promises(connection, contracts, submissions)
    _create_judgements(connection, in_force(register))
    behind: dict[str, int] = {}
    findings = []
    for contract in contracts.values():
        speaking = [s for s in submissions if s.status == SPEAKING and s.contract_id == contract.id and has_rows(s)]
        kinds = {folder(home, s): found[s.id].kind for s in speaking}
        whole = [place for place, kind in kinds.items() if kind != "withdrawal"]
        withdrawn = [place for place, kind in kinds.items() if kind == "withdrawal"]
        connection.execute(feed_sql(contract, whole, withdrawn))
        behind[contract.id] = len(kinds)
        if withdrawn or "delta" in kinds.values():
            findings.append(withdrawal_findings_sql(contract))
    checked = [(s.partner, s.feed, s.id, folder(home, s)) for s in submissions if folder(home, s).exists()]
    kind = relation_kind([place for *_, place in checked], FINDINGS)
    connection.execute(f"CREATE {kind} raw.row_findings AS {' UNION ALL '.join([findings_sql(checked), *findings])}")
    return behind


def folder(home: Home, submission: Submission) -> Path:
    """Where the lake keeps a checked submission."""
    return home.lake_folder(submission.partner, submission.feed, submission.id).absolute()


def feed_sql(contract: Contract, whole: Sequence[Path], withdrawn: Sequence[Path] = ()) -> str:
    """The statement that makes raw.<partner>__<feed>, from folders with whole rows and folders with keys alone."""
    parts = [accepted_sql(contract, whole)]
    if withdrawn:
        by_key = contract_for(contract, "withdrawal")
        columns = [
            sql_name(field.name) if field.name in contract.key else f"NULL::{field.duckdb_type}"
            for field in contract.fields
        ]
        parts.append(
            f"SELECT {', '.join([*columns, 'submission_id', 'source_row_number', 'marking'])} "
            f"FROM ({accepted_sql(by_key, withdrawn)})"
        )
    return (
        f"CREATE {relation_kind([*whole, *withdrawn], ROWS)} raw.{sql_name(contract.table)} AS "
        "SELECT delivered.*, submissions.partner, submissions.feed, submissions.period, submissions.acts_as AS kind, "
        "submissions.issue_rank AS sequence, submissions.received_at AS recorded_at, "
        f"{is_withdrawal_sql(contract)} AS is_withdrawal "
        f"FROM ({' UNION ALL '.join(parts)}) AS delivered "
        "INNER JOIN raw.submissions AS submissions ON submissions.id = delivered.submission_id"
    )


def _create_submissions(
    connection: duckdb.DuckDBPyConnection, submissions: Sequence[Submission], found: dict[str, Standing]
) -> None:
    hints = get_type_hints(Submission)
    columns = [(field.name, SQL_TYPES[_plain(hints[field.name])]) for field in fields(Submission)]
    connection.execute(f"CREATE TABLE raw.submissions ({_column_list([*columns, *DERIVED])})")
    if submissions:
        # Literals: bound parameters make DuckDB import pandas, which costs more than this statement.
        rows = ", ".join(
            f"({', '.join(_literal(value) for value in (*asdict(s).values(), *_derived(s, found.get(s.id))))})"
            for s in submissions
        )
        connection.execute(f"INSERT INTO raw.submissions VALUES {rows}")


def _create_judgements(connection: duckdb.DuckDBPyConnection, found: Sequence[Judgement]) -> None:
    connection.execute(f"CREATE TABLE raw.judgements ({JUDGEMENTS})")
    if found:
        rows: list[tuple[str | int | date | None, ...]] = [
            (j.originator, j.subject, j.subject_id, j.verdict, j.author, j.reason, j.marking, j.evidence, j.at, j.id)
            for j in found
        ]
        values = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
        connection.execute(f"INSERT INTO raw.judgements VALUES {values}")


def _derived(submission: Submission, standing: Standing | None) -> tuple[str | int | date | Decimal | None, ...]:
    """The values of DERIVED; a feed that has lost its contract has no order."""
    coverage = parse_manifest(submission.manifest, submission.file_name).coverage
    days = days_of(submission.period)
    return (
        standing.rank if standing else None, standing.kind if standing else submission.kind,
        *(coverage or (None, None)), coverage_of(submission.period, coverage), days[1] if days else None,
    )  # fmt: skip


def _literal(value: str | int | date | Decimal | None) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int | Decimal) else sql_text(str(value))


def _plain(hint: object) -> type:
    if get_origin(hint) in (Union, UnionType):
        return next(a for a in get_args(hint) if a is not type(None))
    assert isinstance(hint, type)  # noqa: S101  (the register's columns are plain types or optional ones)
    return hint


def _drop_all(connection: duckdb.DuckDBPyConnection) -> None:
    relations = connection.execute(
        "SELECT table_name, table_type FROM information_schema.tables "
        "WHERE table_catalog = current_database() AND table_schema = 'raw'"
    ).fetchall()
    for name, kind in relations:
        what = "VIEW" if kind == "VIEW" else "TABLE"
        connection.execute(f"DROP {what} raw.{sql_name(name)}")


def _column_list(columns: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{sql_name(name)} {kind}" for name, kind in columns)
