"""A hash for every row of the register, written by the database itself in the transaction that changes the row.

Here: the triggers that keep the hashes (SQLite), and the comparison of rows with them, which says which row of which
table was changed behind our back. Not here: the hash of the file as a whole (register_seal.py), and PostgreSQL, which
is told to keep checksums of its pages by who runs it.

A program that does not know the function `entrepot_seal` cannot change a sealed table at all: edits by hand fail.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_FUNCTION = "entrepot_seal"
_DDL = (
    "CREATE TABLE IF NOT EXISTS row_seals (relation TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, "
    "PRIMARY KEY (relation, key)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS seal_state (only INTEGER PRIMARY KEY CHECK (only = 1), changes INTEGER NOT NULL, "
    "digest TEXT NOT NULL)",
    f"INSERT OR IGNORE INTO seal_state VALUES (1, 0, {_FUNCTION}('seal_state', 0))",
)
_COUNT = f"UPDATE seal_state SET changes = changes + 1, digest = {_FUNCTION}('seal_state', changes + 1);"
_MOST_TOLD = 20
# What reading a damaged file may raise; the texts of SQLite's own errors may be damaged too, so that Python cannot
# decode them.
UNREADABLE = (sqlite3.Error, OverflowError, ValueError)


def seal(*values: Any) -> str:
    """The hash of a row: of its table's name and its values with their types, so that 1 and '1' differ."""
    digest = hashlib.sha256()
    for value in values:
        kind, text = _encoded(value)
        digest.update(kind + len(text).to_bytes(8) + text)
    return digest.hexdigest()


def teach(connection: Any) -> None:
    """Give a connection (of the driver) the function that the triggers call."""
    connection.create_function(_FUNCTION, -1, seal, deterministic=True)


def install(connection: sa.Connection, tables: Mapping[str, object]) -> None:
    """Create what keeps the hashes, where it is missing or the columns have changed; seal the rows there are."""
    for statement in _DDL:
        connection.exec_driver_sql(statement)
    listed = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    there = {str(name): str(sql) for name, sql in listed}
    for table in tables:
        columns = list(connection.exec_driver_sql(f"PRAGMA table_info('{table}')"))
        wanted = _triggers(table, [row[1] for row in columns], _key_columns(columns))
        if all(there.get(name) == sql for name, sql in wanted.items()):
            continue
        for name, sql in wanted.items():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(sql)
        connection.exec_driver_sql("DELETE FROM row_seals WHERE relation = ?", (table,))
        names = [row[1] for row in columns]
        connection.exec_driver_sql(
            f"INSERT INTO row_seals SELECT '{table}', {_key('', _key_columns(columns))}, "
            f'{_digest("", table, names)} FROM "{table}"'
        )
        connection.exec_driver_sql(_COUNT)


def installed(file: Path) -> bool:
    """Whether this register keeps hashes of its rows; so does one that cannot be read."""
    try:
        with _reading(file) as connection:
            return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'row_seals'").fetchone())
    except UNREADABLE:
        return True


def changes_of(file: Path) -> int | None:
    """How many changes the register has seen; None when that cannot be read or was tampered with."""
    try:
        with _reading(file) as connection:
            found = connection.execute("SELECT changes, digest FROM seal_state").fetchall()
    except UNREADABLE:
        return None
    if len(found) != 1 or not isinstance(found[0][0], int) or _plain(found[0][1]) != seal("seal_state", found[0][0]):
        return None
    return found[0][0]


def content_problems(file: Path, tables: Mapping[str, object]) -> list[str]:
    """A sentence for each row, table or index of the register that is not what the register wrote."""
    found: list[str] = []
    try:
        with _reading(file) as connection:
            checked = [_plain(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
            found += [f"The register is damaged: {text}." for text in checked if text != "ok"]
            if not found:
                for problem in _differences(connection, tables):
                    found.append(problem)
                    if len(found) >= _MOST_TOLD:
                        found.append("More rows of the register differ; those named are the first.")
                        break
    except UNREADABLE as error:
        found.append(f"The register cannot be read: {error}.")
    if changes_of(file) is None:
        found.append("The register's count of changes was changed by something else than Entrepôt.")
    return found


def _differences(connection: sqlite3.Connection, tables: Mapping[str, object]) -> Iterator[str]:
    there = {
        str(_plain(row[0])): _plain(row[1])
        for row in connection.execute("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'trigger')")
    }
    for statement in _DDL[:2]:  # as SQLite keeps them
        written = statement.replace("IF NOT EXISTS ", "")
        if written not in there.values():
            yield f"The register's {written.split()[2]}, which keeps hashes, is not built as Entrepôt builds it."
    kept: dict[str, dict[str, str]] = {}
    for relation, key, digest in connection.execute("SELECT relation, key, digest FROM row_seals"):
        kept.setdefault(str(_plain(relation)), {})[str(_plain(key))] = str(_plain(digest))
    for table in tables:
        if table not in there:
            yield f"The register's table {table} is missing."
            continue
        columns = [tuple(_plain(value) for value in row) for row in connection.execute(f"PRAGMA table_info('{table}')")]
        names, key_columns = [str(row[1]) for row in columns], _key_columns(columns)
        if any(there.get(name) != sql for name, sql in _triggers(table, names, key_columns).items()):
            yield f"What keeps the hashes of the register's table {table} was changed or removed."
        expected = kept.pop(table, {})
        listed = ", ".join(f'"{name}"' for name in names)
        for key, *values in connection.execute(f'SELECT {_key("", key_columns)}, {listed} FROM "{table}"'):
            digest = expected.pop(str(_plain(key)), None)
            if digest is None:
                yield f"The register's table {table} has a row {_plain(key)} that Entrepôt did not write."
            elif digest != seal(table, *values):
                yield f"Row {_plain(key)} of the register's table {table} was changed."
        yield from (f"Row {key} of the register's table {table} is missing." for key in expected)
    yield from (f"The register has hashes of a table {relation}, which is not there." for relation in kept)


def _triggers(table: str, columns: list[str], key: list[str]) -> dict[str, str]:
    forget = f"DELETE FROM row_seals WHERE relation = '{table}' AND key = {_key('old.', key)};"
    keep = (
        f"INSERT OR REPLACE INTO row_seals VALUES ('{table}', {_key('new.', key)}, {_digest('new.', table, columns)});"
    )
    bodies = {"insert": f"{keep} {_COUNT}", "update": f"{forget} {keep} {_COUNT}", "delete": f"{forget} {_COUNT}"}
    found = {}
    for event, body in bodies.items():
        name = f"seal_{table}_{event}"
        found[name] = f'CREATE TRIGGER {name} AFTER {event.upper()} ON "{table}" BEGIN {body} END'
    return found


def _key_columns(columns: list[Any]) -> list[str]:
    """The columns of the primary key, from the rows of PRAGMA table_info."""
    return [str(row[1]) for row in sorted(columns, key=lambda row: row[5]) if row[5]]


def _key(side: str, columns: list[str]) -> str:
    return " || '|' || ".join(f'CAST({side}"{name}" AS TEXT)' for name in columns)


def _digest(side: str, table: str, columns: list[str]) -> str:
    values = ", ".join(f'{side}"{name}"' for name in columns)
    return f"{_FUNCTION}('{table}', {values})"


def _encoded(value: Any) -> tuple[bytes, bytes]:
    if value is None:
        return b"n", b""
    if isinstance(value, _Text):
        return b"t", value.content
    if isinstance(value, str):
        return b"t", value.encode("utf-8", "surrogatepass")
    return (b"b", value) if isinstance(value, bytes) else (b"i", repr(value).encode())


class _Text:
    """A text as its bytes, which need not be UTF-8 in a damaged file, and so told from a BLOB."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __str__(self) -> str:
        return self.content.decode("utf-8", "replace")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, _Text) else value


@contextmanager
def _reading(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only reads and gives texts as bytes."""
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    try:
        connection.text_factory = _Text
        yield connection
    finally:
        connection.close()
