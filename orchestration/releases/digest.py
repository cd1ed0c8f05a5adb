"""A fingerprint of what a database says, whatever the bytes of its file.

Two builds of the same rows differ in some sixty bytes (DuckDB writes ids of its own), so releases are
compared by this. Belongs here: names, types, comments and rows of tables. Does not belong here: files, dates,
who may see what.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from orchestration.quoting import sql_name, sql_text


def canonical_digest(connection: Any, database: str) -> str:
    """SHA-256 over every table of an attached database: schema, comments, and rows as an ordered list."""
    return digest_of(table_digests(connection, database))


def digest_of(tables: dict[str, str]) -> str:
    """One digest of the digests of several tables."""
    return hashlib.sha256(json.dumps(sorted(tables.items())).encode()).hexdigest()


def table_digests(connection: Any, database: str) -> dict[str, str]:
    """``schema.table`` -> digest, so that a difference can be told by table."""
    columns: dict[tuple[str, str], list[Any]] = {}
    for schema, table, *column in connection.execute(
        f"""
        select schema_name, table_name, column_name, data_type, comment
        from duckdb_columns()
        where database_name = {sql_text(database)} and not internal
        order by schema_name, table_name, column_index
        """
    ).fetchall():
        columns.setdefault((schema, table), []).append(column)
    comments = connection.execute(
        f"""
        select schema_name, table_name, comment
        from duckdb_tables()
        where database_name = {sql_text(database)}
        order by all
        """
    ).fetchall()
    return {
        f"{schema}.{table}": _table(connection, (database, schema, table), columns[schema, table], comment)
        for schema, table, comment in comments
    }


def _table(connection: Any, path: tuple[str, ...], columns: list[Any], comment: str | None) -> str:
    # Values as text: exact for decimals, which pass through a float on the way to JSON numbers. A JSON list
    # of texts keeps null apart from 'null' and one column from the next.
    values = ", ".join(f"{sql_name(name)}::varchar" for name, _, _ in columns)
    relation = ".".join(map(sql_name, path))
    # Rows are put in order of their hashes, within 256 groups, so that no one text grows with the table.
    rows = connection.execute(
        f"""
        with hashed as (select sha256(to_json([{values}])::varchar) as hash from {relation}),
        grouped as (
            select
                hash[1:2] as part,
                count(*) as row_count,
                sha256(string_agg(hash, '' order by hash)) as hash
            from hashed
            group by part
        )
        select part, row_count, hash from grouped order by part
        """
    ).fetchall()
    return hashlib.sha256(json.dumps([comment, columns, rows]).encode()).hexdigest()
