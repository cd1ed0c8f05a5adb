"""Rows that stand in the way of each other: the same key twice in one file.

Here: which of the rows that pass by themselves must go because of another row. Same key and same content: the first stays, the others
are exact duplicates. Same key, other content: they contradict each other, so none of them is taken. Without a key, only whole rows that
repeat are dropped, and only where the contract says so. Not here: the same record in two files, which staging settles by sequence.
"""

import duckdb

from orchestration.contracts.model import Contract
from orchestration.quoting import sql_name

DUPLICATE, CONFLICT = "duplicate", "conflict"


def find_excluded(connection: duckdb.DuckDBPyConnection, contract: Contract, rows: str) -> tuple[int, int]:
    """Fill the temporary table `excluded` (source_row_number, reason, kept_row); returns the numbers of duplicates and conflicts.

    `rows` is a relation with the contract's fields, source_row_number and is_accepted. Keys are compared by hash first, which needs
    the key columns only; whatever shares a hash is then compared in full.
    """
    connection.execute("create or replace temp table excluded (source_row_number bigint, reason varchar, kept_row bigint)")
    key = contract.key or (tuple(field.name for field in contract.fields) if contract.drop_exact_duplicates else ())
    if not key:
        return 0, 0
    columns = ", ".join(sql_name(name) for name in key)
    suspects = connection.execute(
        f"select hash({columns}) as h from {rows} where is_accepted group by h having count(*) > 1"
    ).fetchall()
    if not suspects:
        return 0, 0
    connection.execute(
        f"create or replace temp table suspect as select hash({columns}) as h from {rows} where is_accepted group by h having count(*) > 1"
    )
    content = ", ".join(f"{sql_name(field.name)} := {sql_name(field.name)}" for field in contract.fields)
    connection.execute(
        f"""
        insert into excluded
        with candidate as (
            select source_row_number, struct_pack({", ".join(f"{sql_name(n)} := {sql_name(n)}" for n in key)}) as key, struct_pack({content}) as content
            from {rows} where is_accepted and hash({columns}) in (select h from suspect)
        ), keyed as (
            select key, count(*) as copies, count(distinct content) as versions, min(source_row_number) as kept_row
            from candidate group by key having count(*) > 1
        )
        select candidate.source_row_number, case when versions = 1 then '{DUPLICATE}' else '{CONFLICT}' end, kept_row
        from candidate join keyed on candidate.key = keyed.key
        where versions > 1 or candidate.source_row_number <> kept_row
        order by candidate.source_row_number
        """
    )
    counted = dict(connection.execute("select reason, count(*) from excluded group by reason").fetchall())
    return int(counted.get(DUPLICATE, 0)), int(counted.get(CONFLICT, 0))
