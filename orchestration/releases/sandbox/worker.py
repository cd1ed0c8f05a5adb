"""The child process of one ad-hoc query: open the release, throw the keys away, answer one statement, end.

Started by ``releases.query`` in a Python without ``site`` and with an empty environment. FD is the release file, open
for reading. The statement comes on standard input, after the lock-down. The answer leaves on standard output as lines
of JSON: a head (columns, types), chunks of rows, and an end, or one error.

Does not belong here: wording for people, formats, the log, the wall clock (the parent kills).
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys

import confine
import values

TYPE_CHECKING = False  # importing typing would take a tenth of the start-up time
if TYPE_CHECKING:
    from typing import Any, TextIO

CHUNK = 1024
MEMORY_BEYOND_DUCKDB = 3 << 30  # program text, heap, thread stacks and allocator reserves count as address space
_READING = {"SELECT", "EXPLAIN", "RELATION"}
_EXPLAIN = re.compile(r"\s*explain(\s+analyze)?(\s*\([^)]*\))?\s+", re.IGNORECASE)


class RefusedError(Exception):
    """The statement is not one that this door answers; ``kind`` names why."""

    def __init__(self, kind: str, text: str = "") -> None:
        super().__init__(text)
        self.kind, self.text = kind, text


def open_release(duckdb: Any, fd: int, options: dict[str, Any]) -> Any:
    """A connection to the release that can do nothing but read it, in a process that has no rights left.

    The order matters. One thread until Landlock holds (it binds threads started later); the file is opened
    while the process may still read it; the settings are locked last.
    """
    confine.leave_the_network()
    connection = duckdb.connect(":memory:", config={"threads": 1})
    connection.execute(f"ATTACH '/proc/self/fd/{fd}' AS release (READ_ONLY)")
    unprivileged = confine.become_nobody()
    confine.forbid_new_privileges()
    closed = confine.close_the_file_system()
    if not unprivileged and not closed:
        raise RefusedError("unconfined")
    for setting in (
        "SET temp_directory = ''",  # else a spill folder would be open to COPY; refused once access is off
        "SET enable_external_access = false",
        "SET autoload_known_extensions = false",
        "SET autoinstall_known_extensions = false",
        "SET python_enable_replacements = false",
        f"SET memory_limit = '{int(options['memory_mb'])}MB'",
        "SET TimeZone = 'UTC'",
        f"SET search_path = '{options['search_path']}'",
        f"SET threads = {int(options['threads'])}",
    ):
        connection.execute(setting)
    connection.execute("SELECT count(*) FROM range(10)").fetchall()  # the threads start now, before they cannot
    confine.limit((int(options["memory_mb"]) << 20) + MEMORY_BEYOND_DUCKDB, int(options["cpu_seconds"]))
    connection.execute("SET lock_configuration = true")
    return connection


def only_statement(connection: Any, text: str) -> str:
    """The one reading statement in ``text``. A first, friendly refusal; the confinement is the guard."""
    statements = connection.extract_statements(text)
    kinds = [s.type.name.removesuffix("_STATEMENT") for s in statements]
    if kinds == ["CREATE", "SELECT"] and not any(s.query for s in statements):
        return text  # how DuckDB 1 takes a PIVOT apart; a CREATE that somebody wrote has a text
    if kinds == ["MULTI"] and "pivot" in text.lower():
        return text  # the same in DuckDB 2
    statements = [s for s in statements if s.query.strip().strip(";").strip()]
    if len(statements) != 1:
        raise RefusedError("not_one_statement", str(len(statements)))
    kind = statements[0].type.name.removesuffix("_STATEMENT")
    if kind not in _READING:
        raise RefusedError("not_reading", kind)
    query: str = statements[0].query
    if kind == "EXPLAIN":
        rest = _EXPLAIN.sub("", query, count=1)
        inner = [s.type.name.removesuffix("_STATEMENT") for s in connection.extract_statements(rest)]
        if rest == query or inner != ["SELECT"]:
            raise RefusedError("not_reading", "EXPLAIN")
    return query


def answer(connection: Any, text: str, options: dict[str, Any], out: TextIO) -> None:
    """Run the statement and stream its rows, within the caps on rows and bytes."""
    cursor = connection.execute(only_statement(connection, text))
    described = cursor.description or []
    out.write(values.line({"columns": [d[0] for d in described], "types": [str(d[1]) for d in described]}))
    rows = sent = 0
    while chunk := cursor.fetchmany(CHUNK):
        rows += len(chunk)
        if rows > options["max_rows"]:
            raise RefusedError("too_many_rows", str(options["max_rows"]))
        line = values.line({"rows": chunk})
        sent += len(line)
        if sent > options["max_bytes"]:
            raise RefusedError("too_many_bytes", str(options["max_bytes"]))
        out.write(line)
    out.write(values.line({"end": rows}))


def tables_here(connection: Any) -> list[str]:
    """Names of the release's tables, for the hint after a misspelt one."""
    query = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'release' ORDER BY table_name"
    try:
        return [name for (name,) in connection.execute(query).fetchall()]
    except Exception:  # an out-of-memory connection may not answer: then there is no hint
        return []


def main(library: str, fd: str, options_text: str) -> None:
    """Answer the statement on standard input; every failure becomes one error line."""
    sys.path.append(library)
    duckdb = importlib.import_module("_duckdb")  # the compiled module alone: half the start-up time of the package
    values.stand_in()
    options = json.loads(options_text)
    out, connection = sys.stdout, None
    try:
        connection = open_release(duckdb, int(fd), options)
        answer(connection, sys.stdin.buffer.read().decode(), options, out)
    except RefusedError as refusal:
        out.write(values.line({"error": refusal.kind, "text": refusal.text}))
    except MemoryError:
        out.write(values.line({"error": "OutOfMemoryException", "text": ""}))
    except Exception as problem:
        names = tables_here(connection) if type(problem).__name__ == "CatalogException" else []
        told = {"error": type(problem).__name__, "text": str(problem)[:4000], "tables": names}
        out.write(values.line(told))
    out.flush()
    os._exit(0)  # without unwinding: there is nothing to save, and clean-up takes time and prints to the screen
