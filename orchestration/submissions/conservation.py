"""The proof that no row was lost: rows read = accepted + quarantined + exact duplicates dropped.

Here: counting again, in the register and in the lake's own files. Not here: who asks (a blocking asset check,
`entrepot verify`).
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from orchestration.contracts.model import Contract
from orchestration.register import Register, Submission
from orchestration.settings import Home

CHECK = "conservation"


def accepted_files(home: Home, submissions: Sequence[Submission]) -> list[Path]:
    """The Parquet files with the accepted rows of these submissions, in their order."""
    files = (home.lake_folder(s.partner, s.feed, s.id) / "accepted.parquet" for s in submissions)
    return [file for file in files if file.exists()]


def problems(home: Home, register: Register, contract: Contract) -> list[str]:
    """A sentence for every accepted submission whose rows do not add up, in the register or in its files."""
    found = []
    with duckdb.connect(":memory:") as connection:
        for submission in register.submissions("accepted", contract.partner, contract.feed):
            found += _problems(home, connection, submission)
    return found


def record(register: Register, contract: Contract, found: Sequence[str]) -> None:
    """Keep the result where the gate finds it, in this run and later."""
    register.record_check(
        f"lake/{contract.id}", CHECK, passed=not found, blocking=True, detail="; ".join(found)
    )


def _problems(home: Home, connection: duckdb.DuckDBPyConnection, submission: Submission) -> list[str]:
    read, accepted, quarantined, duplicate = (
        submission.rows_read or 0,
        submission.rows_accepted or 0,
        submission.rows_quarantined or 0,
        submission.rows_duplicate or 0,
    )
    where = f"{submission.file_name} of {submission.partner} ({submission.id})"
    found = []
    if read != accepted + quarantined + duplicate:
        found.append(
            f"{where}: {read} rows read, but {accepted} accepted + {quarantined} quarantined + {duplicate} exact "
            f"duplicates are {accepted + quarantined + duplicate}"
        )
    folder = home.lake_folder(submission.partner, submission.feed, submission.id)
    for name, expected in (("accepted", accepted), ("quarantined", quarantined)):
        held = _parquet_rows(connection, folder / f"{name}.parquet")
        if held != expected:
            found.append(f"{where}: {expected} rows were {name}, but {name}.parquet holds {held}")
    return found


def _parquet_rows(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Rows by the file's own footer; 0 if there is no file."""
    if not path.exists():
        return 0
    row = connection.execute("SELECT num_rows FROM parquet_file_metadata(?)", [str(path)]).fetchone()
    return int(row[0]) if row else 0
