"""What a home holds, in a form in which two homes can be compared, and the drop that is fed to both.

Here: which submissions, and the state of register, receipts, lake and marts. Not here: doing harm (harm.py).
"""

import hashlib
import json
import shutil
from dataclasses import dataclass, fields
from pathlib import Path

import duckdb

from orchestration.register import Register
from orchestration.releases.digest import table_digests
from orchestration.sample import generate
from orchestration.settings import Home
from orchestration.submissions.partner_keys import enrol

SEED, SCALE, SUBMISSIONS = 7, 0.02, 60
# When something was received or noted is the one thing that a disturbance may change.
TIMES = ("received_at", "at", "seen_at", "recorded_at")


@dataclass(frozen=True)
class Holding:
    """The state of a home; each entry maps a name to a digest or a row, so that a difference can be told."""

    submissions: dict[str, str]
    receipts: dict[str, str]
    lake: dict[str, str]
    marts: dict[str, str]

    def differences(self, other: "Holding") -> list[str]:
        """What is in one and not, or otherwise, in the other."""
        found = []
        for field in fields(self):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            names = sorted(set(mine) | set(theirs))
            found += [f"{field.name}: {name}" for name in names if mine.get(name) != theirs.get(name)]
        return found


def make_drop(out: Path) -> Path:
    """A landing folder with sixty submissions of all the sample's partners."""
    whole = out.with_name(f"{out.name}_whole")
    generate(whole, SEED, SCALE)
    files = sorted(
        path for path in whole.glob("[!_]*/*") if path.is_file() and not path.name.endswith((".manifest.json", ".sig"))
    )
    chosen = [files[round(at * (len(files) - 1) / (SUBMISSIONS - 1))] for at in range(SUBMISSIONS)]
    for path in chosen:
        target = out / path.parent.name
        target.mkdir(parents=True, exist_ok=True)
        for beside in path.parent.glob(f"{path.name}*"):
            shutil.copy2(beside, target / beside.name)
    shutil.copytree(whole / "_truth" / "keys", out / "_truth" / "keys")
    shutil.rmtree(whole)
    return out


def new_home(root: Path, landing: Path) -> Home:
    """An empty home that knows the keys with which the drop is signed."""
    home = Home(root).ensure()
    register = Register(home.register_url)
    for file in sorted((landing / "_truth" / "keys").glob("*.pub")):
        enrol(register, file.stem, file.read_text("utf-8"), file.name, "torture")
    register.close()
    return home


def receipts_of(home: Home) -> dict[str, str]:
    """Receipts as issued: file name to digest of its bytes."""
    return {path.name: _digest(path.read_bytes()) for path in sorted(home.receipts.glob("*.json"))}


def holding(home: Home) -> Holding:
    """Look at everything that a home has kept."""
    register = Register(home.register_url)
    try:
        submissions = register.submissions()
    finally:
        register.close()
    rows = {
        s.id: json.dumps({f.name: str(getattr(s, f.name)) for f in fields(s) if f.name not in TIMES})
        for s in submissions
    }
    issued = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(home.receipts.glob("*.json"))]
    receipts = {body["submission_id"]: f"{body['receipt']} {body['sha256']} {body['note']}" for body in issued}
    with duckdb.connect() as connection:
        lake = {
            path.relative_to(home.lake).as_posix(): _rows(connection, path)
            for path in sorted(home.lake.rglob("*.parquet"))
            if not any(part.startswith(".") for part in path.relative_to(home.lake).parts)
        }
        connection.execute(f"attach '{home.build_db}' as entrepot (read_only)")
        marts = {
            name: digest
            for name, digest in table_digests(connection, "entrepot").items()
            if name.startswith(("marts.", "reporting.")) and not _has_times(connection, name)
        }
        timed = [name for name in _tables(connection) if name not in marts]
        marts |= {name: _rows_without_times(connection, name) for name in timed}
    return Holding(rows, receipts, lake, marts)


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() "
        "where database_name = 'entrepot' and schema_name in ('marts', 'reporting') order by all"
    ).fetchall()
    return [str(name) for (name,) in found]


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(f"describe entrepot.{table}").fetchall()]


def _has_times(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return any(column in TIMES for column in _columns(connection, table))


def _rows_without_times(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    columns = ", ".join(f'"{column}"' for column in _columns(connection, table) if column not in TIMES)
    return _digest(repr(connection.execute(f"select {columns} from entrepot.{table} order by all").fetchall()).encode())


def _rows(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    return _digest(repr(connection.execute(f"select * from read_parquet('{path}')").fetchall()).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
