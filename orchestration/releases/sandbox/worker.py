"""The child process of one ad-hoc query: open the release, throw the keys away, answer one statement, end.

Started by ``releases.query`` as ``python -I -S worker.py LIBRARY FD OPTIONS`` with an empty environment. FD
is the release file, open for reading: the child never learns its path. The statement comes on standard input,
after the lock-down. The answer leaves on standard output as lines of JSON: a head (columns, types), chunks of
rows, and an end, or one error. Values that JSON lacks are tagged: ``{"$n": "1.20"}`` decimal, ``$d`` date,
``$t`` timestamp, ``$c`` time of day, ``$b`` bytes in hexadecimal, ``$u`` any other as text.

Does not belong here: wording for people, formats, the log, the wall clock (the parent kills).
"""

from __future__ import annotations

import datetime
import decimal
import importlib
import json
import os
import re
import sys
import types
import uuid  # noqa: F401 - DuckDB imports it for a UUID value, when files can no longer be opened
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


def open_release(duckdb: Any, fd: int, options: dict[str, Any], confine: Any) -> Any:
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


def tagged(value: Any) -> Any:
    """JSON form of a value that the json module does not know."""
    if isinstance(value, decimal.Decimal):
        return {"$n": format(value, "f")}
    if isinstance(value, datetime.datetime):
        return {"$t": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"$d": value.isoformat()}
    if isinstance(value, datetime.time):
        return {"$c": value.isoformat()}
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"$b": bytes(value).hex()}
    return {"$u": str(value)}


def text_keys(value: Any) -> Any:
    """The value with the keys of maps as text, for maps whose keys JSON cannot hold."""
    if isinstance(value, dict):
        return {str(key): text_keys(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [text_keys(inner) for inner in value]
    return value


def send(out: TextIO, message: Any) -> int:
    """Write one line; returns its length."""
    try:
        line = json.dumps(message, default=tagged, separators=(",", ":"))
    except (TypeError, ValueError):
        line = json.dumps(text_keys(message), default=tagged, separators=(",", ":"))
    out.write(line + "\n")
    return len(line) + 1


def answer(connection: Any, text: str, options: dict[str, Any], out: TextIO) -> None:
    """Run the statement and stream its rows, within the caps on rows and bytes."""
    cursor = connection.execute(only_statement(connection, text))
    described = cursor.description or []
    send(out, {"columns": [d[0] for d in described], "types": [str(d[1]) for d in described]})
    rows = sent = 0
    while chunk := cursor.fetchmany(CHUNK):
        rows += len(chunk)
        if rows > options["max_rows"]:
            raise RefusedError("too_many_rows", str(options["max_rows"]))
        sent += send(out, {"rows": chunk})
        if sent > options["max_bytes"]:
            raise RefusedError("too_many_bytes", str(options["max_bytes"]))
    send(out, {"end": rows})


class Utc(datetime.tzinfo):
    """UTC with the methods of a pytz zone."""

    def utcoffset(self, _moment: datetime.datetime | None) -> datetime.timedelta:
        """Always zero."""
        return datetime.timedelta()

    dst = utcoffset

    def tzname(self, _moment: datetime.datetime | None) -> str:
        """The zone's name."""
        return "UTC"

    def localize(self, moment: datetime.datetime) -> datetime.datetime:
        """The moment, in UTC."""
        return moment.replace(tzinfo=self)


def utc_as_pytz() -> types.ModuleType:
    """What DuckDB imports as pytz for timestamps with time zone; the zone here is always UTC."""
    module = types.ModuleType("pytz")
    vars(module).update(timezone=lambda _name: Utc(), utc=Utc())
    return module


def tables_here(connection: Any) -> list[str]:
    """Names of the release's tables, for the hint after a misspelt one."""
    query = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'release' ORDER BY table_name"
    try:
        return [name for (name,) in connection.execute(query).fetchall()]
    except Exception:  # an out-of-memory connection may not answer: then there is no hint
        return []


def main(library: str, fd: str, options_text: str) -> None:
    """Answer the statement on standard input; every failure becomes one error line."""
    sys.path += [library, os.path.dirname(__file__)]  # noqa: PTH120 - pathlib takes a tenth of the start-up
    import confine

    duckdb = importlib.import_module("_duckdb")  # the compiled module alone: half the start-up time of the package
    sys.modules["pytz"] = utc_as_pytz()
    options = json.loads(options_text)
    out, connection = sys.stdout, None
    try:
        connection = open_release(duckdb, int(fd), options, confine)
        answer(connection, sys.stdin.read(), options, out)
    except RefusedError as refusal:
        send(out, {"error": refusal.kind, "text": refusal.text})
    except MemoryError:
        send(out, {"error": "OutOfMemoryException", "text": ""})
    except Exception as problem:
        names = tables_here(connection) if type(problem).__name__ == "CatalogException" else []
        send(out, {"error": type(problem).__name__, "text": str(problem)[:4000], "tables": names})
    out.flush()
    os._exit(0)  # without unwinding: there is nothing to save, and clean-up takes time and prints to the screen


if __name__ == "__main__":
    main(*sys.argv[1:4])
