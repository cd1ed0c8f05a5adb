"""The warehouse's build database: the only module that opens it for writing.

Here: the lock that makes the writer the only one, and the connection. Not here: the SQL that fills it
(raw.py, dbt) and the editions that readers get, the operator's included (releases/).
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from orchestration.errors import EntrepotError
from orchestration.quoting import sql_text
from orchestration.settings import Home

# Views name the database, so it has this name wherever the file lies; dbt's profile attaches it likewise.
CATALOG = "entrepot"
WAIT_SECONDS = 600.0


@contextmanager
def writer_lock(home: Home, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the right to write the build database; waits for another process, then raises EntrepotError."""
    home.warehouse_dir.mkdir(parents=True, exist_ok=True)
    path = home.warehouse_dir / "build.lock"
    deadline = time.monotonic() + wait_seconds
    with path.open("a") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise EntrepotError(
                        f"Another run has been writing the warehouse in {home.warehouse_dir} for more than "
                        f"{wait_seconds:.0f} seconds. Wait until it has ended, then repeat."
                    ) from None
                time.sleep(0.2)
        yield


@contextmanager
def build_database(home: Home, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build database attached as `entrepot` to a connection of its own; hold `writer_lock` to write."""
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SET TimeZone = 'UTC'")
        mode = " (READ_ONLY)" if read_only else ""
        connection.execute(f"ATTACH {sql_text(str(home.build_db))} AS {CATALOG}{mode}")
        connection.execute(f"USE {CATALOG}")
        yield connection
    finally:
        connection.close()
