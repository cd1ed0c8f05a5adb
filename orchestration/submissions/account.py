"""The account of a checked file: what became of its rows, counted again in the files that the check has left.

Here: the counts and how they are taken. Not here: the files (layout.py), and the proof over a whole feed
(conservation.py).
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from orchestration.contracts.model import Contract
from orchestration.quoting import sql_text
from orchestration.register import Submission
from orchestration.submissions.findings import DROPPED
from orchestration.submissions.layout import EXCLUDED, FINDINGS, QUARANTINED, ROWS, accepted_sql
from orchestration.tables import COUNTS


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


def counts_of(submission: Submission) -> Counts:
    """The account of a checked submission as the register has it."""
    return Counts(*(getattr(submission, name) or 0 for name in COUNTS))


def account(connection: duckdb.DuckDBPyConnection, contract: Contract, folder: Path, name: str) -> Counts:
    """Count what lies in the files of one submission; that nothing is lost is looked at, not concluded."""
    quarantined, findings = (f"read_parquet({sql_text(str(folder / file))})" for file in (QUARANTINED, FINDINGS))
    excluded = "(select null::bigint as source_row_number, null::varchar as reason where false)"
    if (folder / EXCLUDED).exists():
        excluded = f"read_parquet({sql_text(str(folder / EXCLUDED))})"
    gone = f"select source_row_number from {quarantined} union all select source_row_number from {excluded}"
    concerned = (
        f"select count(distinct source_row_number) from {findings} "
        f"where source_row_number > 0 and source_row_number not in ({gone}) and rule <> '{DROPPED}' and severity ="
    )
    read, accepted, refused, duplicates, repaired, warned = connection.execute(
        f"select (select count(*) from read_parquet({sql_text(str(folder / ROWS))})), "
        f"(select count(*) from ({accepted_sql(contract, [folder])})), (select count(*) from {quarantined}), "
        f"(select count(*) from {excluded} where reason = 'duplicate'), "
        f"({concerned} 'repair'), ({concerned} 'warning')"
    ).fetchall()[0]
    if read != accepted + refused + duplicates:
        raise RuntimeError(
            f"{name}: {read} rows read, but {accepted} accepted + {refused} quarantined + {duplicates} "
            "duplicates; a row was lost"
        )
    return Counts(read, accepted, refused, duplicates, repaired, warned)
