"""The proof that no row was lost: rows read = accepted + quarantined + exact duplicates dropped.

Here: counting again, from the lake's own files against the register. Not here: who asks (a blocking asset
check, `entrepot verify`).
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from orchestration.contracts.model import Contract
from orchestration.quoting import sql_list
from orchestration.register import Register, Submission
from orchestration.settings import Home
from orchestration.submissions.kinds import contract_for
from orchestration.submissions.lake import QUARANTINED, ROWS, accepted_sql
from orchestration.submissions.settle import speaking

CHECK = "conservation"


def folders(home: Home, submissions: Sequence[Submission]) -> list[Path]:
    """Where the lake keeps these submissions, those that are there, in their order."""
    found = (home.lake_folder(s.partner, s.feed, s.id).absolute() for s in submissions)
    return [folder for folder in found if (folder / ROWS).exists()]


def problems(home: Home, register: Register, contract: Contract) -> list[str]:
    """A sentence for every accepted submission whose rows do not add up, in the register or in its files."""
    whole, withdrawals = speaking(register, contract)
    submissions = [*whole, *withdrawals]
    there = folders(home, submissions)
    with duckdb.connect(":memory:") as connection:
        counted = [
            row
            for said, by in ((whole, contract), (withdrawals, contract_for(contract, "withdrawal")))
            if said
            for row in connection.execute(
                f"SELECT submission_id, count(*) FROM ({accepted_sql(by, folders(home, said))}) GROUP BY ALL"
            ).fetchall()
        ]
        read, quarantined = (_rows_by_folder(connection, there, name) for name in (ROWS, QUARANTINED))
    accepted = {str(submission): int(rows) for submission, rows in counted}
    return [
        problem
        for s in submissions
        for problem in _problems(s, read.get(s.id, 0), accepted.get(s.id, 0), quarantined.get(s.id, 0))
    ]


def record(register: Register, contract: Contract, found: Sequence[str]) -> None:
    """Keep the result where the gate finds it, in this run and later."""
    register.record_check(f"lake/{contract.id}", CHECK, passed=not found, blocking=True, detail="; ".join(found))


def _problems(submission: Submission, read: int, accepted: int, quarantined: int) -> list[str]:
    where = f"{submission.file_name} of {submission.partner} ({submission.id})"
    expected = {
        "read": (submission.rows_read or 0, read),
        "accepted": (submission.rows_accepted or 0, accepted),
        "quarantined": (submission.rows_quarantined or 0, quarantined),
    }
    found = [
        f"{where}: the register says {said} rows {what}, the lake holds {held}"
        for what, (said, held) in expected.items()
        if said != held
    ]
    duplicate = submission.rows_duplicate or 0
    if read != accepted + quarantined + duplicate:
        found.append(
            f"{where}: {read} rows read, but {accepted} accepted + {quarantined} quarantined + {duplicate} "
            f"exact duplicates are {accepted + quarantined + duplicate}"
        )
    return found


def _rows_by_folder(connection: duckdb.DuckDBPyConnection, there: Sequence[Path], name: str) -> dict[str, int]:
    """Rows of each submission's file by the file's own footer."""
    files = [str(folder / name) for folder in there if (folder / name).exists()]
    if not files:
        return {}
    listed = sql_list(files)
    rows = connection.execute(f"SELECT file_name, num_rows FROM parquet_file_metadata([{listed}])").fetchall()
    return {Path(str(file)).parent.name: int(count) for file, count in rows}
