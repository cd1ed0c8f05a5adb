"""Checks one file against its contract: the steps in order, the files they leave, and the account of rows.

Here: what happens to a file between its bytes and its four Parquet files; it needs neither register nor
vault, so that a partner can run it on a machine of his own. Not here: formats (read/), cells and rules
(cells.py, classify.py), and the state of submissions (lake.py).
"""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.model import Contract
from orchestration.errors import RejectedFileError
from orchestration.quoting import sql_text
from orchestration.submissions import upgrade
from orchestration.submissions.account import Counts, account
from orchestration.submissions.classify import classify, sql_day
from orchestration.submissions.duplicates import find_excluded
from orchestration.submissions.findings import findings_query, keep_flagged, quarantine_query
from orchestration.submissions.incident import refuse_above_channel
from orchestration.submissions.layout import EXCLUDED, FINDINGS, QUARANTINED, ROWS, rows_sql
from orchestration.submissions.upgrade import open_known_version
from orchestration.submissions.whole_file import Circumstances, Doubt, doubts_about, refuse_contradictions

# Measured: these settings take two thirds of the default's time and give files of the same size; nothing here is
# looked up by key, so that Bloom filters would be written for nobody.
_PARQUET = (
    "(format parquet, parquet_version v2, compression zstd, compression_level 1, dictionary_size_limit 5000, "
    "write_bloom_filter false)"
)
# Told at the beginning of each step: what is being done, and how far it is in per cent (below nought: not known).
Watch = Callable[[str, Callable[[], float]], None]
_KEEPS_ORDER: set[str] = set()  # shapes of queries that were looked at in this process


@dataclass(frozen=True)
class FindingCount:
    """How many rows one rule concerned."""

    rule: str
    severity: str
    rows: int


@dataclass(frozen=True)
class Checked:
    """The outcome of a check: the account, the findings by rule, what makes the file implausible as a whole, and
    the rules about it that could not be judged without the feed's history. `upgraded` says what was done to a file of
    an earlier version of the contract.

    A file with doubts is held: its rows are in the lake, and none is taken until a person decides.
    """

    counts: Counts
    findings: tuple[FindingCount, ...]
    doubts: tuple[Doubt, ...] = ()
    not_judged: tuple[str, ...] = ()
    upgraded: str = ""


def check_file(
    path: Path, contract: Contract, out_dir: Path, *, submission_id: str = "offline", name: str | None = None,
    beside: Circumstances | None = None, threads: int | None = None, memory_limit: str | None = None,
    watch: Watch | None = None,
) -> Checked:  # fmt: skip
    """Check one file without register or vault: writes the four Parquet files into `out_dir`;
    RejectedFileError as a whole. What is known `beside` the bytes decides the rules about the whole file. `watch`
    is told of each step, for a person who waits.
    """
    beside = beside or Circumstances()
    out_dir.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=".scratch.", dir=out_dir) as scratch,
        engine(threads, memory_limit).cursor() as connection,
    ):
        connection.execute("set timezone = 'UTC'")
        if watch is not None:
            connection.execute("set enable_progress_bar = true")
            connection.execute("set enable_progress_bar_print = false")
        connection.execute("set disabled_optimizers = 'in_clause'")  # it makes IN (...) a join; see _refuse_reordering
        name = name or path.name
        return _check(connection, path, contract, out_dir, Path(scratch), submission_id, name, beside, watch)


def engine(threads: int | None = None, memory_limit: str | None = None) -> duckdb.DuckDBPyConnection:
    """The database of this process in which files are read and judged; take a cursor of it and close that."""
    return _engine(os.getpid(), threads, memory_limit)


@cache
def _engine(process: int, threads: int | None, memory_limit: str | None) -> duckdb.DuckDBPyConnection:
    """The in-memory database that reads and judges files: one a process, since starting it costs as much as a
    small file.
    """
    spill = Path(tempfile.gettempdir()) / f"entrepot-{process}"  # DuckDB makes it when it needs it, and takes it away
    config: dict[str, Any] = {"temp_directory": str(spill), "preserve_insertion_order": True}
    config |= {"threads": threads} if threads is not None else {}
    config |= {"memory_limit": memory_limit} if memory_limit is not None else {}
    return duckdb.connect(config=config)


def _check(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    contract: Contract,
    out: Path,
    scratch: Path,
    submission_id: str,
    name: str,
    beside: Circumstances,
    watch: Watch | None,
) -> Checked:
    def step(what: str) -> None:
        if watch is not None:
            watch(what, connection.query_progress)

    step("opening the file")
    opened = open_known_version(connection, path, contract, scratch, name, beside.manifest.contract_version)
    source, contract = opened.source, opened.contract
    found = classify(
        contract, source.relation, submission_id, source.plain_blanks, beside.received_on, source.all_visible
    )
    step("reading and judging the rows")
    rows_file, excluded_file = out / ROWS, out / EXCLUDED
    try:
        _refuse_reordering(connection, found.sql, source.relation, sql_text(submission_id), beside.received_on)
        connection.execute(f"copy ({found.sql}) to {sql_text(str(rows_file))} {_PARQUET}")
    except duckdb.Error as error:
        explained = source.explain(error)
        if explained is None:
            raise
        raise explained from None
    rows = rows_sql([out])
    refuse_above_channel(connection, contract, rows, name)
    step("comparing keys")
    excluded_file.unlink(missing_ok=True)
    duplicates, conflicts = find_excluded(connection, contract, out)
    if duplicates or conflicts:
        columns = f"{sql_text(submission_id)} as submission_id, source_row_number, reason, kept_row"
        _copy(connection, f"select {columns} from excluded order by source_row_number", excluded_file)
    step("writing down what was found")
    occurring = keep_flagged(connection, found, rows)
    refuse_contradictions(connection, found, contract, out, name, beside.manifest, source.declared)
    _copy(connection, findings_query(contract, occurring, upgrade.findings_sql(opened)), out / FINDINGS)
    _copy(connection, quarantine_query(contract, occurring), out / QUARANTINED)
    step("counting again")
    counts = account(connection, contract, out, name)
    if counts.rows_read == 0 and contract.delivery == "snapshot":
        raise RejectedFileError(
            f"{name} has a header and no rows. The feed {contract.id} replaces its whole content with each "
            "file, so that "
            "this one would erase everything; send the whole list."
        )
    summary = connection.execute(
        f"select rule, severity, count(*) from read_parquet({sql_text(str(out / FINDINGS))}) group by all order by all"
    ).fetchall()
    doubts, not_judged = doubts_about(connection, contract, out, name, beside)
    findings = tuple(FindingCount(str(rule), str(severity), int(rows_)) for rule, severity, rows_ in summary)
    return Checked(counts, findings, doubts, not_judged, opened.told)


def _refuse_reordering(
    connection: duckdb.DuckDBPyConnection, query: str, relation: str, submission_id: str,
    received_on: date,
) -> None:  # fmt: skip
    """A row's number is its place in rows.parquet, and DuckDB keeps the order of a file only where nothing
    joins or aggregates.
    """
    shape = query.replace(relation, "").replace(submission_id, "").replace(sql_day(received_on), "")
    if shape in _KEEPS_ORDER:
        return
    plan = "\n".join(str(row[1]) for row in connection.execute(f"explain {query}").fetchall())
    for operator in ("JOIN", "AGGREGATE", "WINDOW", "UNION"):
        if operator in plan:
            raise RuntimeError(
                f"the classification would run as a plan with {operator}, which loses the order of the rows"
            )
    _KEEPS_ORDER.add(shape)


def _copy(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    connection.execute(f"copy ({query}) to {sql_text(str(target))} {_PARQUET}")
