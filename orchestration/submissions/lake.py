"""Checks a received file against its contract and keeps the result in the lake.

Here: the steps of a check in order, the files they leave, the account of rows, and how accepted rows are read
back. Not here: the meaning of formats (read/), cells and rules (cells.py, classify.py), and receiving
(receive.py).

A checked submission is a folder lake/<partner>/<feed>/<submission_id>/ with rows.parquet (every row in file
order: typed fields, submission_id, marking, is_accepted, and private columns beginning with `_`),
excluded.parquet (only when rows exclude each other: duplicates and conflicts of a key), quarantined.parquet
and findings.parquet. A row's number is its position in rows.parquet, which Parquet gives for nothing;
numbering rows while they are read would take one of two cores away. Read accepted rows through `accepted_sql`
only.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from orchestration.contracts.model import Contract, ContractSet
from orchestration.errors import EntrepotError, RejectedFileError
from orchestration.quoting import sql_list, sql_name, sql_text
from orchestration.register import Register
from orchestration.settings import Home
from orchestration.submissions.classify import classify
from orchestration.submissions.duplicates import find_excluded
from orchestration.submissions.findings import findings_query, keep_flagged, quarantine_query
from orchestration.submissions.read import open_source
from orchestration.submissions.vault import vault_path

ROWS, EXCLUDED, QUARANTINED, FINDINGS = "rows.parquet", "excluded.parquet", "quarantined.parquet", "findings.parquet"
# Measured: these settings take two thirds of the default's time and give files of the same size; nothing here is
# looked up by key, so that Bloom filters would be written for nobody.
_PARQUET = (
    "(format parquet, parquet_version v2, compression zstd, compression_level 1, dictionary_size_limit 5000, "
    "write_bloom_filter false)"
)
_KEEPS_ORDER: set[str] = set()  # shapes of queries that were looked at in this process


@dataclass(frozen=True)
class Counts:
    """The account of a file: rows_read = rows_accepted + rows_quarantined + rows_duplicate, always.

    rows_repaired and rows_warned count accepted rows with at least one repair or warning.
    """

    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_duplicate: int
    rows_repaired: int
    rows_warned: int

    def as_dict(self) -> dict[str, int]:
        """The counts by their names in the register."""
        return asdict(self)


@dataclass(frozen=True)
class FindingCount:
    """How many rows one rule concerned."""

    rule: str
    severity: str
    rows: int


@dataclass(frozen=True)
class Checked:
    """The outcome of a check: the account and the findings by rule."""

    counts: Counts
    findings: tuple[FindingCount, ...]


def check_submission(home: Home, register: Register, contracts: ContractSet, submission_id: str) -> Counts:
    """Check a received submission, write its folder in the lake and set its state; safe to repeat.

    Raises RejectedFileError when the file breaks its contract as a whole (the register then says so too).
    """
    submission = register.submission(submission_id)
    contract = contracts.get(submission.contract_id)
    if contract is None:
        raise EntrepotError(
            f"{submission_id} belongs to the feed {submission.contract_id}, which has no contract any more."
        )
    target = home.lake_folder(submission.partner, submission.feed, submission.id)
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{submission.id}.", dir=target.parent))
    try:
        vaulted = vault_path(home, submission.sha256)
        checked = check_file(vaulted, contract, folder, submission_id=submission.id, name=submission.file_name)
        _put_in_place(folder, target)
    except RejectedFileError as error:
        register.set_status(submission_id, "rejected", str(error))
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    register.set_status(submission_id, "accepted", "", checked.counts.as_dict())
    return checked.counts


def check_file(
    path: Path, contract: Contract, out_dir: Path, *, submission_id: str = "offline", name: str | None = None,
    threads: int | None = None, memory_limit: str | None = None,
) -> Checked:  # fmt: skip
    """Check one file without register or vault: writes the four Parquet files into `out_dir`;
    RejectedFileError as a whole.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".scratch.", dir=out_dir) as scratch:
        config: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": scratch,
            "preserve_insertion_order": True,
        }
        if threads is not None:
            config["threads"] = threads
        if memory_limit is not None:
            config["memory_limit"] = memory_limit
        connection = duckdb.connect(config=config)
        try:
            connection.execute("set timezone = 'UTC'")
            connection.execute(
                "set disabled_optimizers = 'in_clause'"
            )  # it turns IN (...) into a join; see _refuse_reordering
            return _check(connection, path, contract, out_dir, Path(scratch), submission_id, name or path.name)
        finally:
            connection.close()


def accepted_sql(contract: Contract, folders: Sequence[Path]) -> str:
    """A query for the accepted rows of these checked submissions: fields in the contract's order,
    submission_id, source_row_number, marking. Without folders it is empty but typed, so that whatever
    reads it always runs.
    """
    fields = ", ".join(sql_name(field.name) for field in contract.fields)
    if not folders:
        typed = ", ".join(f"null::{field.duckdb_type} as {sql_name(field.name)}" for field in contract.fields)
        return (
            f"select {typed}, null::varchar as submission_id, null::bigint as source_row_number, "
            "null::varchar as marking where false"
        )
    excluded = [str(folder / EXCLUDED) for folder in folders if (folder / EXCLUDED).exists()]
    without = (
        f" anti join read_parquet([{sql_list(excluded)}]) using (submission_id, source_row_number)" if excluded else ""
    )
    return (
        f"select {fields}, submission_id, source_row_number, marking from {_rows(folders)}{without} where is_accepted"
    )


def findings_sql(submissions: Iterable[tuple[str, str, str, Path]]) -> str:
    """A query for the findings of checked submissions, given as (partner, feed, submission_id, folder)."""
    parts = [
        f"select {sql_text(partner)} as partner, {sql_text(feed)} as feed, {sql_text(submission_id)} as "
        "submission_id, * "
        f"from read_parquet({sql_text(str(folder / FINDINGS))})"
        for partner, feed, submission_id, folder in submissions
    ]
    empty = ", ".join(
        f"null::{'bigint' if name == 'source_row_number' else 'varchar'} as {name}"
        for name in (
            "partner",
            "feed",
            "submission_id",
            "source_row_number",
            "rule",
            "severity",
            "field",
            "value_before",
            "value_after",
            "message",
        )
    )
    return " union all ".join(parts) or f"select {empty} where false"


def _rows(folders: Sequence[Path]) -> str:
    files = sql_list(str(folder / ROWS) for folder in folders)
    return (
        "(select * exclude (file_row_number), file_row_number + 1 as source_row_number "
        f"from read_parquet([{files}], file_row_number = true, union_by_name = "
        f"{'true' if len(folders) > 1 else 'false'}))"
    )


def _check(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    contract: Contract,
    out: Path,
    scratch: Path,
    submission_id: str,
    name: str,
) -> Checked:
    source = open_source(connection, path, contract, scratch, name)
    found = classify(contract, source.relation, submission_id, source.plain_blanks)
    rows_file, excluded_file = out / ROWS, out / EXCLUDED
    try:
        _refuse_reordering(connection, found.sql, source.relation)
        connection.execute(f"copy ({found.sql}) to {sql_text(str(rows_file))} {_PARQUET}")
    except duckdb.Error as error:
        explained = source.explain(error)
        if explained is None:
            raise
        raise explained from None
    rows = _rows([out])
    excluded_file.unlink(missing_ok=True)
    duplicates, conflicts = find_excluded(connection, contract, rows)
    if duplicates or conflicts:
        columns = f"{sql_text(submission_id)} as submission_id, source_row_number, reason, kept_row"
        _copy(connection, f"select {columns} from excluded order by source_row_number", excluded_file)
    occurring = keep_flagged(connection, found, rows)
    _copy(connection, findings_query(contract, occurring), out / FINDINGS)
    _copy(connection, quarantine_query(contract, occurring), out / QUARANTINED)
    counts = _account(connection, contract, out, duplicates, name)
    if counts.rows_read == 0 and contract.delivery == "snapshot":
        raise RejectedFileError(
            f"{name} has a header and no rows. The feed {contract.id} replaces its whole content with each "
            "file, so that this one would "
            "erase everything; send the whole list."
        )
    for file in (rows_file, excluded_file, out / FINDINGS, out / QUARANTINED):
        if file.exists():
            _sync(file)
    summary = connection.execute(
        f"select rule, severity, count(*) from read_parquet({sql_text(str(out / FINDINGS))}) group by all order by all"
    ).fetchall()
    return Checked(
        counts, tuple(FindingCount(str(rule), str(severity), int(rows_)) for rule, severity, rows_ in summary)
    )


def _refuse_reordering(connection: duckdb.DuckDBPyConnection, query: str, relation: str) -> None:
    """A row's number is its place in rows.parquet, and DuckDB keeps the order of a file only where nothing
    joins or aggregates.
    """
    shape = query.replace(relation, "")
    if shape in _KEEPS_ORDER:
        return
    plan = "\n".join(str(row[1]) for row in connection.execute(f"explain {query}").fetchall())
    for operator in ("JOIN", "AGGREGATE", "WINDOW", "UNION"):
        if operator in plan:
            raise RuntimeError(
                f"the classification would run as a plan with {operator}, which loses the order of the rows"
            )
    _KEEPS_ORDER.add(shape)


def _account(
    connection: duckdb.DuckDBPyConnection, contract: Contract, out: Path, duplicates: int, name: str
) -> Counts:
    def count(query: str) -> int:
        return int(connection.execute(query).fetchall()[0][0])

    accepted_rows = f"({accepted_sql(contract, [out])})"
    read = count(f"select count(*) from read_parquet({sql_text(str(out / ROWS))})")
    accepted = count(f"select count(*) from {accepted_rows}")
    quarantined = count(f"select count(*) from read_parquet({sql_text(str(out / QUARANTINED))})")
    if read != accepted + quarantined + duplicates:
        raise RuntimeError(
            f"{name}: {read} rows read, but {accepted} accepted + {quarantined} quarantined + {duplicates} "
            "duplicates; a row was lost"
        )
    concerned = (
        "select severity, count(distinct source_row_number) from "
        f"read_parquet({sql_text(str(out / FINDINGS))}) "
        f"where rule <> 'exact_duplicate_is_dropped' and severity <> 'rejection' "
        "and source_row_number not in (select source_row_number from "
        f"read_parquet({sql_text(str(out / QUARANTINED))})) "
        "and source_row_number not in (select source_row_number from excluded) group by severity"
    )
    by_severity = dict(connection.execute(concerned).fetchall())
    return Counts(
        read, accepted, quarantined, duplicates, int(by_severity.get("repair", 0)), int(by_severity.get("warning", 0))
    )


def _copy(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    connection.execute(f"copy ({query}) to {sql_text(str(target))} {_PARQUET}")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put_in_place(folder: Path, target: Path) -> None:
    """Swap the finished folder in; after a crash between the two renames the submission is simply checked
    again.
    """
    _sync(folder)
    folder.chmod(0o755)
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    folder.rename(target)
    _sync(target.parent)
    shutil.rmtree(old, ignore_errors=True)
