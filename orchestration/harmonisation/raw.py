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
from orchestration.harmonisation.warehouse import identifier, quoted
from orchestration.register import Register, Submission
from orchestration.settings import Home

SQL_TYPES: dict[type, str] = {str: "VARCHAR", int: "BIGINT", datetime: "TIMESTAMP"}
FROM_THE_LAKE = (("submission_id", "VARCHAR"), ("source_row_number", "BIGINT"), ("marking", "VARCHAR"))
FROM_THE_REGISTER = (
    ("partner", "VARCHAR"), ("feed", "VARCHAR"), ("period", "VARCHAR"), ("kind", "VARCHAR"),
    ("sequence", "BIGINT"), ("recorded_at", "TIMESTAMP"),
)  # fmt: skip
FINDING_COLUMNS = (
    ("source_row_number", "BIGINT"), ("rule", "VARCHAR"), ("severity", "VARCHAR"), ("field", "VARCHAR"),
    ("value_before", "VARCHAR"), ("value_after", "VARCHAR"), ("message", "VARCHAR"),
)  # fmt: skip
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
    for contract in contracts.values():
        delivered = [s for s in submissions if s.contract_id == contract.id and s.status == SPEAKING]
        files = existing(home, delivered, "accepted.parquet")
        connection.execute(feed_sql(contract, files))
        behind[contract.id] = len(files)
    connection.execute(findings_sql(existing(home, submissions, "findings.parquet"), home))
    return behind


def existing(home: Home, submissions: Iterable[Submission], name: str) -> list[Path]:
    """The files of that name in the lake, in order of arrival."""
    paths = (home.lake_folder(s.partner, s.feed, s.id) / name for s in submissions)
    return [path.absolute() for path in paths if path.exists()]


def feed_sql(contract: Contract, files: Sequence[Path]) -> str:
    """The statement that makes raw.<partner>__<feed>."""
    columns = [(field.name, field.duckdb_type) for field in contract.fields]
    name = f"raw.{identifier(contract.table)}"
    if not files:
        return f"CREATE TABLE {name} ({_column_list([*columns, *FROM_THE_LAKE, *FROM_THE_REGISTER])})"
    # A file accepted under an older version of the contract lacks the fields added since: union by name
    # gives null.
    delivered = ", ".join(f"delivered.{identifier(column)}" for column, _ in [*columns, *FROM_THE_LAKE])
    known = ", ".join(f"submissions.{column}" for column, _ in FROM_THE_REGISTER[:-1])
    return (
        f"CREATE VIEW {name} AS SELECT {delivered}, {known}, submissions.received_at AS recorded_at "
        f"FROM read_parquet({_file_list(files)}, union_by_name = true) AS delivered "
        "INNER JOIN raw.submissions AS submissions ON submissions.id = delivered.submission_id"
    )


def findings_sql(files: Sequence[Path], home: Home) -> str:
    """The statement that makes raw.row_findings: every finding on every row of every submission checked."""
    added = (("submission_id", "VARCHAR"), ("partner", "VARCHAR"), ("feed", "VARCHAR"))
    if not files:
        return f"CREATE TABLE raw.row_findings ({_column_list([*FINDING_COLUMNS, *added])})"
    found = ", ".join(f"findings.{identifier(column)}" for column, _ in FINDING_COLUMNS)
    return (
        f"CREATE VIEW raw.row_findings AS SELECT {found}, submissions.id AS submission_id, "
        "submissions.partner, submissions.feed "
        f"FROM read_parquet({_file_list(files)}, union_by_name = true, filename = true) AS findings "
        "INNER JOIN raw.submissions AS submissions "
        "ON submissions.id = parse_path(findings.filename)[-2]"
    )


def _create_submissions(connection: duckdb.DuckDBPyConnection, submissions: Sequence[Submission]) -> None:
    hints = get_type_hints(Submission)
    columns = [(field.name, SQL_TYPES[_plain(hints[field.name])]) for field in fields(Submission)]
    connection.execute(f"CREATE TABLE raw.submissions ({_column_list(columns)})")
    if submissions:
        marks = ", ".join("?" for _ in columns)
        connection.executemany(
            f"INSERT INTO raw.submissions VALUES ({marks})", [list(asdict(s).values()) for s in submissions]
        )


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
        connection.execute(f"DROP {what} raw.{identifier(name)}")


def _column_list(columns: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{identifier(name)} {kind}" for name, kind in columns)


def _file_list(files: Sequence[Path]) -> str:
    return "[" + ", ".join(quoted(path) for path in files) + "]"
