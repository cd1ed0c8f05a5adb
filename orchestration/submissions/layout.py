"""How a checked submission lies in the lake, and how its rows are read back.

A folder lake/<partner>/<feed>/<submission_id>/ holds rows.parquet (every row in file order: typed fields,
submission_id, marking, is_accepted, and private columns beginning with `_`), excluded.parquet (only when rows
exclude each other: duplicates and conflicts of a key), references.parquet (only where rows name records of other feeds
that were not there when they came: which of them wait), quarantined.parquet and findings.parquet. A row's
number is its position in rows.parquet, which Parquet gives for nothing; numbering rows while they are read
would take one of two cores away.

Here: names of files and the queries over them; `accepted_sql` is the only way to accepted rows. Not here:
writing them.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from orchestration.contracts.model import Contract
from orchestration.quoting import sql_list, sql_name, sql_text

ROWS, EXCLUDED, QUARANTINED, FINDINGS = "rows.parquet", "excluded.parquet", "quarantined.parquet", "findings.parquet"
REFERENCES, REFERENCES_NEXT, WAITING = "references.parquet", "references.next.parquet", "waiting"
COPIED = 16 << 20  # bytes of Parquet up to which a copy is cheaper than to open all the files for every query


def relation_kind(folders: Iterable[Path], file: str) -> str:
    """What is best made of the files of this name in these folders: a TABLE of few rows, a VIEW of many."""
    return "VIEW" if sum((folder / file).stat().st_size for folder in folders) > COPIED else "TABLE"


def accepted_sql(contract: Contract, folders: Sequence[Path], with_references: bool = True) -> str:
    """A query for the accepted rows of these checked submissions: fields in the contract's order,
    submission_id, source_row_number, marking. Without folders it is empty but typed, so that whatever
    reads it always runs. `with_references=False` has the rows, too, that wait for a record of another feed.
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
    waiting = [str(folder / REFERENCES) for folder in folders if (folder / REFERENCES).exists()]
    if waiting and with_references:
        without += (
            f" anti join (select submission_id, source_row_number from read_parquet([{sql_list(waiting)}]) "
            f"where state = '{WAITING}') using (submission_id, source_row_number)"
        )
    return (
        f"select {fields}, submission_id, source_row_number, marking from {rows_sql(folders)}{without} where "
        "is_accepted"
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


def rows_sql(folders: Sequence[Path]) -> str:
    """Every row of these submissions with its source_row_number, accepted or not."""
    files = sql_list(str(folder / ROWS) for folder in folders)
    return (
        "(select * exclude (file_row_number), file_row_number + 1 as source_row_number "
        f"from read_parquet([{files}], file_row_number = true, union_by_name = "
        f"{'true' if len(folders) > 1 else 'false'}))"
    )
