"""Which columns name a record: those whose values never stand twice, alone or as a pair.

Here: candidates over all rows of the sample. Not here: whether a key means anything, which a person must say.
"""

from collections.abc import Sequence
from itertools import combinations

import duckdb

from orchestration.onboarding.column import Column
from orchestration.quoting import sql_name

_LIKELY = ("id", "ref", "no", "nr", "number", "code", "key", "uid", "uri", "mrn", "lei")
_MOST_COLUMNS = 10
_KEY_TYPES = ("string", "integer", "date", "timestamp")


def guess_keys(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Sequence[Column], rows: int
) -> list[tuple[str, ...]]:
    """The candidates, the likeliest first: single columns, else pairs; rows that repeat another exactly count once."""
    usable = [column for column in columns if column.required and column.type in _KEY_TYPES and not column.codes]
    usable.sort(key=lambda column: (not _likely(column.name), columns.index(column)))
    distinct = connection.execute(f"select count(*) from (select distinct * from {relation})").fetchall()[0][0]
    singles: list[tuple[str, ...]] = [(column.name,) for column in usable if column.distinct >= distinct]
    found = [key for key in singles if _unique(connection, relation, key, distinct)]
    if found or rows < 2:
        return found
    many = sorted(usable, key=lambda column: -column.distinct)[:_MOST_COLUMNS]
    chosen = [column for column in usable if column in many]
    pairs = [(a.name, b.name) for a, b in combinations(chosen, 2) if a.distinct * b.distinct >= distinct]
    return [key for key in pairs if _unique(connection, relation, key, distinct)]


def _likely(name: str) -> bool:
    return any(part in _LIKELY for part in name.split("_"))


def _unique(connection: duckdb.DuckDBPyConnection, relation: str, key: tuple[str, ...], distinct: int) -> bool:
    named = ", ".join(f"trim({sql_name(name)})" for name in key)
    found = connection.execute(f"select count(*) from (select distinct {named} from {relation})").fetchall()[0][0]
    return bool(found == distinct)
