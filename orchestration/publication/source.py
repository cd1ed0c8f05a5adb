"""Reporting tables, the fact rows behind them and provenance as the operator's release in force holds them.

Here: reading that one file, read-only, and handing out plain rows. Not here: what a report does with them
(reports/), or which release is in force (releases/shelf.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import EntrepotError
from orchestration.harmonisation.warehouse import CATALOG
from orchestration.quoting import sql_list, sql_name, sql_text
from orchestration.releases import shelf
from orchestration.settings import Home
from orchestration.tracing.rows import Evidence
from reports.evidence import Measured
from reports.periods import Period
from reports.remarks import Gap
from reports.source import Key

OPERATOR = "operator"
REPORTING = "reporting"


class ReleaseTables:
    """The reporting tables of one release; what ``reports`` calls a TableSource."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, digest: str, evidence: Evidence) -> None:
        self._connection = connection
        self._evidence = evidence
        self.digest = digest
        self._known = {
            name
            for (name,) in connection.execute(
                "select table_name from information_schema.tables "
                f"where table_catalog = {sql_text(CATALOG)} and table_schema = {sql_text(REPORTING)}"
            ).fetchall()
        }

    def rows(self, table: str, period: str) -> Sequence[Mapping[str, Any]]:
        """All rows of a reporting table for a period, in the order that the table itself gives."""
        if not self.has(table):
            raise EntrepotError(
                f"The warehouse edition in force has no reporting table '{table}', which the report needs. "
                "Run `entrepot run`, so that the models are built and released, or mend the report.yaml."
            )
        return self._select(
            f"select * from {REPORTING}.{sql_name(table)} where period = {sql_text(period)} order by all"
        )

    def has(self, table: str) -> bool:
        """Whether the release has a reporting table of that name."""
        return table in self._known

    def authorities(self) -> Mapping[str, tuple[str, str]]:
        """Partner code -> (name, short name)."""
        rows = self._select("select partner, name, short_name from dim_partners order by partner")
        return {row["partner"]: (row["name"], row["short_name"]) for row in rows}

    def submissions(self, partners: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """The accepted submissions of these partners and of those who deliver exchange rates."""
        return self._select(
            f"""
            select
                submission_id, partner, feed, period, kind, received_at, file_name, sha256, contract_version,
                rows_read, rows_accepted, rows_quarantined, rows_duplicate
            from fct_submissions
            where
                status = 'accepted'
                and (
                    partner in ({sql_list(partners)})
                    or partner in (select partner from dim_partners where role = 'finance')
                )
            order by partner, feed, submission_id
            """
        )

    def gaps(self, partners: Sequence[str], period: Period) -> list[Gap]:
        """What these partners owed for days of a period: not there, or for a part of its days only."""
        starts, ends = period.starts_on.isoformat(), period.ends_on.isoformat()
        rows = self._select(
            f"""
            select partner, feed, period, false as is_partial
            from fct_expected_submissions
            where
                partner in ({sql_list(partners)}) and is_due and not is_fulfilled
                and last_on between {sql_text(starts)} and {sql_text(ends)}
            union
            select partner, feed, period, true as is_partial
            from fct_submissions
            where
                partner in ({sql_list(partners)}) and status = 'accepted' and coverage < 1
                and coverage_begins_on <= {sql_text(ends)} and coverage_ends_on >= {sql_text(starts)}
            order by all
            """
        )
        return [Gap(row["partner"], row["feed"].replace("_", " "), row["period"], row["is_partial"]) for row in rows]

    def keys(self, model: str, names: Sequence[str]) -> tuple[str, ...]:
        """Those of a table's keys that the rows of an evidence model have."""
        return self._evidence.keys(model, names)

    def sums(
        self, model: str, keys: Sequence[str], measured: Sequence[Measured], period: Period
    ) -> Mapping[Key, tuple[Any, ...]]:
        """What the fact rows of a period add up to, as the evidence model gives them."""
        return self._evidence.sums(model, keys, measured, period)

    def periods(self, report: str) -> list[str]:
        """The periods for which a report has anything to say, oldest first."""
        rows = self._select(
            f"select distinct period from {REPORTING}.rpt_catalogue__available_periods "
            f"where report = {sql_text(report)} order by period"
        )
        return [row["period"] for row in rows]

    def _select(self, statement: str) -> list[dict[str, Any]]:
        found = self._connection.execute(statement)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@contextmanager
def release_in_force(home: Home) -> Iterator[ReleaseTables]:
    """Open the operator's release; EntrepotError when there is none yet."""
    path = shelf.current(home, OPERATOR)
    pointer = shelf.read_pointer(home, OPERATOR)
    with opened(path) as connection:
        yield ReleaseTables(connection, pointer.digest if pointer else "", Evidence(connection, home))


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to one release, read-only and under the name of the warehouse, so that compiled models run on it."""
    connection = duckdb.connect(":memory:")
    try:
        connection.execute(f"attach {sql_text(str(path))} as {CATALOG} (read_only)")
        connection.execute(f"use {CATALOG}")
        # One thread: the same rows in the same order on every machine.
        connection.execute("set threads = 1")
        yield connection
    finally:
        connection.close()
