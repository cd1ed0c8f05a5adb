"""Ad-hoc SQL on a recipient's release: log it, run it in a confined process of its own, bring back the
answer.

Belongs here: the log row that precedes every query, the child's life and death, reading its answer. Does not
belong here: what the child does (``sandbox``), wording (``refusals``), output formats (``formats``).

The child is not trusted: its answer is parsed as JSON, bounded in size, and shown to nobody but the recipient
who asked.
"""

from __future__ import annotations

import datetime
import importlib.util
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from orchestration.errors import EntrepotError, UsageError
from orchestration.releases import refusals, shelf
from orchestration.releases.policy import Policy, load_policy
from orchestration.settings import Home

LIMIT_SECONDS = 10.0
MAX_ROWS = 1_000_000
MAX_BYTES = 512 << 20
MAX_STATEMENT = 1 << 20
_SANDBOX = Path(__file__).parent / "sandbox"
_START = "import sys; sys.path.append(sys.argv[1]); import worker; worker.main(*sys.argv[2:])"
_THREADS = min(4, os.cpu_count() or 1)


class AccessLog(Protocol):
    """The part of the register that a query needs."""

    def begin_access(self, recipient: str, statement: str) -> int:
        """Note a query before it runs; returns the number of its row."""

    def end_access(self, access_id: int, outcome: str, rows: int | None = None, ms: int | None = None) -> None:
        """Note how it ended."""


@dataclass(frozen=True)
class QueryResult:
    """An answer: column names, DuckDB's names of their types, rows of Python values, and the seconds it
    took."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    seconds: float


@dataclass(frozen=True)
class Limits:
    """What one query may use. A larger answer is an error, never a shortened answer that looks whole."""

    seconds: float = LIMIT_SECONDS
    rows: int = MAX_ROWS
    bytes: int = MAX_BYTES
    memory_mb: int = 1024


class QueryRefusedError(EntrepotError):
    """A query that was not answered; the message says why and how to mend it, ``outcome`` is the log's word
    for it."""

    def __init__(self, message: str, outcome: str = "refused") -> None:
        super().__init__(message)
        self.outcome = outcome


def run_query(
    home: Home,
    recipient: str,
    sql: str,
    *,
    limit_seconds: float = LIMIT_SECONDS,
    max_rows: int = MAX_ROWS,
    max_bytes: int = MAX_BYTES,
    memory_mb: int = 1024,
    policy: Policy | None = None,
    log: AccessLog | None = None,
) -> QueryResult:
    """The answer to one reading statement on the recipient's current release.

    Raises QueryRefusedError when the statement is wrong, forbidden, too slow or too large, UsageError for an
    unknown recipient, EntrepotError when there is no release yet. The access log has a row in each case,
    written first.
    """
    if log is None:
        from orchestration.register import (
            Register,
        )  # a second of import time that callers with a log need not pay

        log = Register(home.register_url)
    started = time.monotonic()
    access = log.begin_access(recipient, sql)
    outcome, rows = "failed", None
    try:
        (policy or load_policy()).recipient(recipient)
        release = shelf.current(home, recipient)
        answer = ask(release, sql, Limits(limit_seconds, max_rows, max_bytes, memory_mb), [home.root])
        outcome, rows = "answered", len(answer.rows)
        return answer
    except QueryRefusedError as refusal:
        outcome = refusal.outcome
        raise
    except UsageError:
        outcome = "unknown recipient"
        raise
    finally:
        log.end_access(access, outcome, rows, round((time.monotonic() - started) * 1000))


def ask(release: Path, sql: str, limits: Limits, hidden_paths: list[Path]) -> QueryResult:
    """Run one statement on a release file in a confined child process. Logs nothing: ``run_query`` is the
    door."""
    if len(sql.encode(errors="surrogatepass")) > MAX_STATEMENT:
        raise QueryRefusedError(f"The statement is longer than {MAX_STATEMENT >> 20} MB.")
    started = time.monotonic()
    reader = _Reader(limits, [release, *hidden_paths])
    child = _start(release, sql, limits)
    try:
        for line in _lines(child, started + limits.seconds, limits.bytes * 2):
            reader.take(line)
    except TimeoutError:
        raise QueryRefusedError(refusals.too_slow(limits.seconds), "time limit") from None
    except OverflowError:
        raise QueryRefusedError(refusals.too_large(limits.bytes), "too large") from None
    finally:
        _end(child)
    return reader.result(time.monotonic() - started)


def _start(release: Path, sql: str, limits: Limits) -> subprocess.Popen[bytes]:
    options = {
        "memory_mb": limits.memory_mb,
        "threads": _THREADS,
        "cpu_seconds": int(limits.seconds * _THREADS) + 2,
        "max_rows": limits.rows,
        "max_bytes": limits.bytes,
        "search_path": "release.main,release.reporting" if _has_reporting(release) else "release.main",
    }
    file = os.open(release, os.O_RDONLY)
    text = os.memfd_create("statement")
    try:
        os.write(text, sql.encode(errors="replace"))
        os.lseek(text, 0, os.SEEK_SET)
        return subprocess.Popen(  # noqa: S603 - our own worker, by absolute path, no shell
            [sys.executable, "-I", "-S", "-c", _START, str(_SANDBOX), _library(), str(file), json.dumps(options)],
            stdin=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            pass_fds=(file,),
            start_new_session=True,
        )
    finally:
        os.close(file)
        os.close(text)


def _has_reporting(release: Path) -> bool:
    return release.parent.name == "operator"


def _library() -> str:
    found = importlib.util.find_spec("_duckdb")
    if found is None or found.origin is None:
        raise EntrepotError("DuckDB's compiled module is not installed. Run `make setup`.")
    return str(Path(found.origin).parent)


def _lines(child: subprocess.Popen[bytes], deadline: float, most: int) -> Iterator[bytes]:
    """The child's lines as they come; TimeoutError at the deadline, OverflowError when it says too much."""
    assert child.stdout is not None  # noqa: S101 - asked for a pipe above
    held, total = b"", 0
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            block = os.read(child.stdout.fileno(), 1 << 20)
            total += len(block)
            if time.monotonic() > deadline:
                raise TimeoutError
            if total > most + (1 << 20):
                raise OverflowError
            if not block:
                break
            *lines, held = (held + block).split(b"\n")
            yield from lines
    if held:
        yield held


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the child and wait for it; at this point nothing more is wanted of it."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        child.kill()
    if child.stdout is not None:
        child.stdout.close()
    child.wait()


_TAGS: dict[str, Callable[[str], Any]] = {
    "$n": Decimal,
    "$d": datetime.date.fromisoformat,
    "$t": datetime.datetime.fromisoformat,
    "$c": datetime.time.fromisoformat,
    "$b": bytes.fromhex,
    "$u": str,
}


def _untagged(given: dict[str, Any]) -> Any:
    if len(given) == 1:
        ((tag, value),) = given.items()
        if tag in _TAGS and isinstance(value, str):
            return _TAGS[tag](value)
    return given


class _Reader:
    """Puts the child's lines together; any line that is not as agreed ends the query."""

    def __init__(self, limits: Limits, hidden_paths: list[Path]) -> None:
        self.limits, self.hidden_paths = limits, hidden_paths
        self.head: dict[str, Any] | None = None
        self.rows: list[tuple[Any, ...]] = []
        self.is_complete = False

    def take(self, line: bytes) -> None:
        try:
            message = json.loads(line, object_hook=_untagged)
            kind = next(iter(message))
            if kind == "columns":
                self.head = message
            elif kind == "rows":
                self.rows.extend(map(tuple, message["rows"]))
            elif kind == "end":
                self.is_complete = message["end"] == len(self.rows)
            else:
                raise self.refusal(message)
        except (
            ValueError,
            TypeError,
            KeyError,
            ArithmeticError,
            RecursionError,
            StopIteration,
            AttributeError,
        ):
            raise QueryRefusedError(refusals.broken(), "failed") from None

    def refusal(self, message: dict[str, Any]) -> QueryRefusedError:
        text, outcome = refusals.explain(
            str(message["error"]), str(message["text"]), [str(t) for t in message.get("tables", [])],
            self.limits.memory_mb,
        )  # fmt: skip
        return QueryRefusedError(refusals.without_paths(text, self.hidden_paths), outcome)

    def result(self, seconds: float) -> QueryResult:
        if self.head is None or not self.is_complete:
            raise QueryRefusedError(refusals.broken(), "failed")
        return QueryResult(tuple(self.head["columns"]), tuple(self.head["types"]), self.rows, seconds)
