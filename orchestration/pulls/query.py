"""Asks a PostgreSQL server a contract's query and keeps the answer as a CSV file.

Here: one read-only snapshot, written by PostgreSQL itself (`COPY ... TO STDOUT`), so that every number and time is
the server's exact text, in a fixed order of rows: the same rows give the same bytes. Not here: which query, and what
the bytes mean (the contract says both).
"""

import os
import socket
import threading
import time
from pathlib import Path
from typing import Any

from orchestration.contracts.model import Contract
from orchestration.contracts.servers import LOOPBACK, PullServer
from orchestration.pulls.connections import CONNECT_SECONDS
from orchestration.pulls.credentials import Credentials
from orchestration.pulls.patience import Patience

# The forms of values do not depend on how the server, the database or the account is set up.
_SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "iso_8601",
    "extra_float_digits": "3",
    "bytea_output": "hex",
    "client_encoding": "UTF8",
}


def ask(server: PullServer, contract: Contract, credentials: Credentials, patience: Patience, target: Path) -> int:
    """The answer in `target`, flushed to disk; returns its bytes. Raises psycopg.Error when anything goes wrong on
    the way: a connection that ends before the server has said that the answer is complete is an error.
    """
    import psycopg

    arguments: dict[str, Any] = {
        "host": server.host, "port": server.port, "dbname": server.database,
        "user": credentials.required("USER"), "password": credentials.get("PASSWORD"),
        "connect_timeout": max(2, round(min(CONNECT_SECONDS, patience.silence))), "application_name": "entrepot",
        "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
        "tcp_user_timeout": round(patience.silence * 1000), **_encryption(server, credentials),
    }  # fmt: skip
    with psycopg.connect(**arguments) as connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with connection.cursor() as cursor, target.open("wb") as file:
            for name, value in {**_SETTINGS, "search_path": server.schema}.items():
                cursor.execute("select set_config(%s, %s, true)", (name, value))
            with _Watch(connection.fileno(), patience) as watch, cursor.copy(statement(server, contract)) as answer:
                for block in answer:
                    watch.heard()
                    file.write(block)
            file.flush()
            os.fsync(file.fileno())
    return target.stat().st_size


class _Watch:
    """Ends a connection on which nothing is heard any more: the library itself would wait for ever."""

    def __init__(self, descriptor: int, patience: Patience) -> None:
        self.socket = socket.socket(fileno=os.dup(descriptor))
        self.patience = patience
        self.last, self.allowed = time.monotonic(), patience.answer
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def heard(self) -> None:
        """Something came."""
        self.last, self.allowed = time.monotonic(), self.patience.silence

    def watch(self) -> None:
        while not self.over.wait(self.patience.silence / 20):
            if time.monotonic() - self.last > self.allowed:
                self.socket.shutdown(socket.SHUT_RDWR)
                return

    def __enter__(self) -> "_Watch":
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.thread.join()
        self.socket.close()


def statement(server: PullServer, contract: Contract) -> str:
    """The COPY: the contract's query, ordered by the feed's key and then by whole rows, in the contract's own CSV."""
    keys = [_name(contract.field_by_name[name].source) for name in contract.key]
    order = ", ".join([*keys, 'pulled::text collate "C"'])
    options = contract.options
    layout = ["format csv", f"header {'true' if options.header else 'false'}", "encoding 'UTF8'"]
    layout += [f"delimiter {_text(options.delimiter)}", f"quote {_text(options.quote)}"]
    return f"copy (select * from ({server.query}\n) as pulled order by {order}) to stdout with ({', '.join(layout)})"


def _encryption(server: PullServer, credentials: Credentials) -> dict[str, str]:
    """TLS with the server's certificate and name checked, but for a server on this very machine."""
    authority = credentials.get("CA_FILE")
    if authority is None and (server.host in LOOPBACK or server.host.startswith("/")):
        return {"sslmode": "prefer"}
    return {"sslmode": "verify-full", "sslrootcert": authority or "system"}


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
