"""A warehouse edition on disk that holds the tables, the partners and their submissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from tests.unit.reports.tiny.world import NAMES, QUARTER, Rows

RECEIVED = "2026-02-10 09:30:00"


def write_warehouse(
    path: Path,
    tables: Mapping[str, Rows],
    names: Mapping[str, tuple[str, str]] | None = None,
    more: Sequence[Mapping[str, Any]] = (),
    owed: Sequence[Sequence[Any]] = (),
) -> None:
    """A warehouse edition with these reporting tables, the partners and one accepted submission for each.

    ``more`` are further submissions, by what differs from those; ``owed`` rows of what was expected.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as database:
        database.execute("create schema reporting")
        for table, rows in tables.items():
            columns = ", ".join(f'"{name}" {_type([row[name] for row in rows])}' for name in rows[0])
            database.execute(f"create table reporting.{table} ({columns})")
            _insert(database, f"reporting.{table}", [[row[name] for name in rows[0]] for row in rows])
        database.execute("create table dim_partners (partner varchar, name varchar, short_name varchar, role varchar)")
        partners = [[code, *both, "licensing"] for code, both in (NAMES if names is None else names).items()]
        _insert(database, "dim_partners", partners)
        database.execute(
            "create table fct_submissions (partner varchar, feed varchar, record_ref varchar, "
            "submission_id varchar, period varchar, kind varchar, received_at timestamp, file_name varchar, "
            "sha256 varchar, contract_version varchar, status varchar, rows_read bigint, rows_accepted bigint, "
            "rows_quarantined bigint, rows_duplicate bigint, coverage decimal(9, 6), coverage_begins_on date, "
            "coverage_ends_on date)"
        )
        database.execute(
            "create table fct_expected_submissions (partner varchar, feed varchar, period varchar, last_on date, "
            "is_due boolean, is_fulfilled boolean)"
        )
        head = ("feed", "x")
        tail = ("1.0.0", "accepted", 10, 9, 1, 0, None, None, None)
        submissions = [
            [code, *head, f"S{number:015x}", QUARTER, "initial", RECEIVED, f"{code}.csv", f"{number:064x}", *tail]
            for number, code in enumerate(NAMES)
        ]
        names_of = [column[0] for column in database.execute("select * from fct_submissions").description]
        for number, one in enumerate(more):
            base = dict(zip(names_of, submissions[0], strict=True)) | {"submission_id": f"T{number:015x}"}
            submissions.append(list({**base, **one}.values()))
        _insert(database, "fct_submissions", submissions)
        if owed:
            _insert(database, "fct_expected_submissions", owed)


def _insert(database: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """All rows in one statement: binding values one by one takes a hundred times as long."""
    lines = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
    database.execute(f"insert into {table} values {lines}")


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def _type(values: Sequence[Any]) -> str:
    known = next((value for value in values if value is not None), "")
    if isinstance(known, bool):
        return "boolean"
    if isinstance(known, int) and not any(isinstance(value, Decimal) for value in values):
        return "bigint"
    return "decimal(18, 3)" if isinstance(known, int | Decimal) else "varchar"
