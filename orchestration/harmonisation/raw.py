"""The schema `raw` of the build database: what dbt reads.

Here: one view a feed over the accepted rows in the lake (an empty typed table while nothing has been
accepted, so that every model always runs), the register's submissions, and all findings. Not here: what the
rows mean (dbt_project) and how they were checked (submissions/).
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

import duckdb

from orchestration.contracts.model import Contract, ContractSet
from orchestration.quoting import sql_name, sql_text
from orchestration.register import Register, Submission
from orchestration.settings import Home
from orchestration.submissions.lake import accepted_sql, findings_sql

SQL_TYPES: dict[type, str] = {str: "VARCHAR", int: "BIGINT", datetime: "TIMESTAMP"}
FROM_THE_REGISTER = ("partner", "feed", "period", "kind", "sequence")
# A superseded or withdrawn submission keeps its row in the register and its files in the lake, but speaks
# no more.
SPEAKING = "accepted"
# Relations besides those of the feeds.
REGISTER_RELATIONS = ("submissions", "row_findings")


def build_raw(
    connection: duckdb.DuckDBPyConnection, home: Home, register: Register, contracts: ContractSet
) -> dict[str, int]:
    """Make the schema anew; returns the number of submissions behind each feed."""
    submissions = register.submissions()
    connection.execute("CREATE SCHEMA IF NOT EXISTS raw")
    _drop_all(connection)
    _create_submissions(connection, submissions)
    behind: dict[str, int] = {}
    speaking = [s for s in submissions if s.status == SPEAKING]
    for contract in contracts.values():
        folders = [folder(home, s) for s in speaking if s.contract_id == contract.id]
        connection.execute(feed_sql(contract, folders))
        behind[contract.id] = len(folders)
    checked = [(s.partner, s.feed, s.id, folder(home, s)) for s in submissions if folder(home, s).exists()]
    kind = "VIEW" if checked else "TABLE"
    connection.execute(f"CREATE {kind} raw.row_findings AS {findings_sql(checked)}")
    return behind


def folder(home: Home, submission: Submission) -> Path:
    """Where the lake keeps a checked submission."""
    return home.lake_folder(submission.partner, submission.feed, submission.id).absolute()


def feed_sql(contract: Contract, folders: Sequence[Path]) -> str:
    """The statement that makes raw.<partner>__<feed>."""
    known = ", ".join(f"submissions.{column}" for column in FROM_THE_REGISTER)
    return (
        f"CREATE {'VIEW' if folders else 'TABLE'} raw.{sql_name(contract.table)} AS "
        f"SELECT delivered.*, {known}, submissions.received_at AS recorded_at "
        f"FROM ({accepted_sql(contract, folders)}) AS delivered "
        "INNER JOIN raw.submissions AS submissions ON submissions.id = delivered.submission_id"
    )


def _create_submissions(connection: duckdb.DuckDBPyConnection, submissions: Sequence[Submission]) -> None:
    hints = get_type_hints(Submission)
    columns = [(field.name, SQL_TYPES[_plain(hints[field.name])]) for field in fields(Submission)]
    connection.execute(f"CREATE TABLE raw.submissions ({_column_list(columns)})")
    if submissions:
        # Literals: bound parameters make DuckDB import pandas, which costs more than this statement.
        rows = ", ".join(f"({', '.join(_literal(value) for value in asdict(s).values())})" for s in submissions)
        connection.execute(f"INSERT INTO raw.submissions VALUES {rows}")


def _literal(value: str | int | datetime | None) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else sql_text(str(value))


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
