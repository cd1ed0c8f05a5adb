"""PostgreSQL as one more real server on loopback, in a data folder and under an account of its own."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.integration.pulls.authority import Authority
from tests.integration.pulls.rigs import INSTALL, SETTLED, Rig


class PostgresRig(Rig):
    kind = "postgres"

    def __init__(self, folder: Path, authority: Authority) -> None:
        super().__init__(folder)
        self.authority = authority
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        initdb = str(found[-1]) if found else shutil.which("initdb")
        if initdb is None:
            pytest.skip(f"No PostgreSQL server here. {INSTALL}.")
        self.programs = Path(initdb).parent
        self.data = folder / "data"
        self.user = "nobody" if os.geteuid() == 0 else None
        secret = folder / "password"
        secret.write_text(self.password)
        self.give(folder, secret)
        self.run(
            str(self.programs / "initdb"), "-D", str(self.data), "-U", "entrepot", "--pwfile", str(secret),
            "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync", "--locale=C.UTF-8",
        )  # fmt: skip
        for file in (authority.certificate, authority.key):
            copied = self.data / file.name
            shutil.copyfile(file, copied)
            copied.chmod(0o600)
            self.give(copied)
        (self.data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")

    def give(self, *paths: Path) -> None:
        if self.user:
            for path in paths:
                shutil.chown(path, self.user)

    def run(self, *command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, user=self.user, env={"LC_ALL": "C.UTF-8"})

    def command(self) -> list[str]:
        options = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off",
            "ssl": "on", "ssl_cert_file": self.authority.certificate.name, "ssl_key_file": self.authority.key.name,
        }  # fmt: skip
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *settings]

    def start(self, **options: Any) -> None:
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        super().start(user=self.user, **options)
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        until = time.monotonic() + 30
        while True:
            try:
                self.sql("select 1")
                return
            except Exception:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def sql(self, *statements: str, rows: bytes = b"") -> None:
        import psycopg

        with psycopg.connect(
            host="localhost", port=self.port, user="entrepot", password=self.password, dbname="postgres",
            sslmode="verify-full", sslrootcert=str(self.authority.ca),
        ) as connection:  # fmt: skip
            for statement in statements:
                connection.execute(statement)
            if rows:
                with connection.cursor().copy("copy cases from stdin (format csv, header true)") as copy:
                    copy.write(rows)

    def publish(self, name: str, content: bytes, age: float = SETTLED) -> None:
        self.sql(
            "drop table if exists cases",
            "create table cases (ref text, amount numeric, note text, seen_at timestamptz)",
            rows=content,
        )

    def withdraw_all(self) -> None:
        self.sql("drop table if exists cases")

    def entry(self, port: int) -> dict[str, Any]:
        query = "select ref, amount, note, seen_at from cases"
        return {
            "type": "postgres", "host": "localhost", "port": port, "database": "postgres", "schema": "public",
            "customProperties": [
                {"property": "query", "value": query}, {"property": "fileName", "value": "cases_2026Q1.csv"},
            ],
        }  # fmt: skip

    def environment(self) -> dict[str, str]:
        return {"USER": "entrepot", "PASSWORD": self.password, "CA_FILE": str(self.authority.ca)}
