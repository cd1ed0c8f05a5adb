"""Rows that stand in the way of each other: the same key twice in one file.

Here: which of the rows that pass by themselves must go because of another row. Same key and same content: the
first stays, the others are exact duplicates. Same key, other content: they contradict each other, so none of
them is taken. Without a key, only whole rows that repeat are dropped, and only where the contract says so.
Not here: the same record in two files, which staging settles by sequence.
"""

from pathlib import Path

import duckdb

from orchestration.contracts.model import Contract
from orchestration.quoting import sql_name
from orchestration.submissions.layout import rows_sql

DUPLICATE, CONFLICT = "duplicate", "conflict"


def find_excluded(connection: duckdb.DuckDBPyConnection, contract: Contract, folder: Path) -> tuple[int, int]:
    """Fill the temporary table `excluded` (source_row_number, reason, kept_row, raw) from a folder's
    rows.parquet; returns the numbers of duplicates and conflicts. `raw` is the row as understood: these
    rows passed by themselves, so that their text as read was not kept.

    Keys are compared by hash first, which needs the key columns only; what shares a hash is then compared in
    full.
    """
    connection.execute(
        "create or replace temp table excluded (source_row_number bigint, reason varchar, kept_row bigint, raw varchar)"
    )
    key = contract.key or (tuple(field.name for field in contract.fields) if contract.drop_exact_duplicates else ())
    if not key:
        return 0, 0
    columns, rows = ", ".join(sql_name(name) for name in key), rows_sql([folder])
    connection.execute(
        f"create or replace temp table suspect as select hash({columns}) as h from {rows} where is_accepted "
        "group by h having count(*) > 1"
    )
    if not connection.execute("select 1 from suspect limit 1").fetchall():
        return 0, 0
    content = ", ".join(f"{sql_name(field.name)} := {sql_name(field.name)}" for field in contract.fields)
    identity = ", ".join(f"{sql_name(name)} := {sql_name(name)}" for name in key)
    connection.execute(
        f"create or replace temp table candidate as select source_row_number, struct_pack({identity}) as "
        "key, "
        f"struct_pack({content}) as content from {rows} where is_accepted and hash({columns}) in (select h "
        "from suspect)"
    )
    connection.execute(
        f"""
        insert into excluded
        with keyed as (
            select key, count(distinct content) as versions, min(source_row_number) as kept_row
            from candidate group by key having count(*) > 1
        )
        select source_row_number, case when versions = 1 then '{DUPLICATE}' else '{CONFLICT}' end, kept_row,
            cast(to_json(content) as varchar)
        from candidate join keyed on candidate.key = keyed.key
        where versions > 1 or source_row_number <> kept_row
        order by source_row_number
        """
    )
    counted = dict(connection.execute("select reason, count(*) from excluded group by reason").fetchall())
    return int(counted.get(DUPLICATE, 0)), int(counted.get(CONFLICT, 0))
