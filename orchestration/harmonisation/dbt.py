"""Runs dbt in this process: prepares the project's manifest and builds a home's warehouse with it.

Here: the only use of dbt's programming interface, and its results as the project's own small types. Not here:
the SQL (dbt_project), asset keys (translator.py) and the lock on the database (warehouse.py, held by the
caller). A dbt process of its own would cost ten seconds; in process and with a prepared manifest it costs
what the SQL costs. `python -m orchestration.harmonisation.dbt` prepares the manifest, as `make setup` does.
"""

import hashlib
import json
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.errors import EntrepotError
from orchestration.harmonisation.parts import Part
from orchestration.settings import DBT_DIR, Home

TARGET_DIR = DBT_DIR / "target"
MANIFEST = TARGET_DIR / "manifest.json"
FINGERPRINT = TARGET_DIR / "prepared.sha256"
GENERATED = ("target", "logs", "dbt_packages")
DATABASE_VARIABLE = "ENTREPOT_BUILD_DB"
QUIET = ("--log-level", "none", "--no-print", "--no-send-anonymous-usage-stats")
PASSED = ("success", "pass")


@dataclass(frozen=True)
class NodeResult:
    """What became of one seed, model or test; `rows` are failing rows of a test, `seconds` its wall time."""

    unique_id: str
    name: str
    kind: str
    status: str
    seconds: float
    message: str
    rows: int | None
    severity: str
    compiled_sql: str

    @property
    def passed(self) -> bool:
        """Whether it was built, or the test found nothing."""
        return self.status in PASSED


def source_fingerprint() -> str:
    """A digest of everything that the manifest depends on."""
    digest = hashlib.sha256()
    for path in sorted(DBT_DIR.rglob("*")):
        if path.is_file() and path.relative_to(DBT_DIR).parts[0] not in GENERATED:
            digest.update(str(path.relative_to(DBT_DIR)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_prepared() -> bool:
    """Whether the manifest exists and belongs to the project as it is now."""
    return (
        MANIFEST.exists() and FINGERPRINT.exists() and FINGERPRINT.read_text(encoding="utf-8") == source_fingerprint()
    )


def prepare() -> Path:
    """Parse the project unless that has been done; returns the manifest. EntrepotError gives dbt's reason."""
    if not is_prepared():
        fingerprint = source_fingerprint()
        _invoke(["parse", "--target-path", str(TARGET_DIR), "--log-path", str(TARGET_DIR)])
        FINGERPRINT.write_text(fingerprint, encoding="utf-8")
        manifest.cache_clear()
    return MANIFEST


@cache
def manifest() -> dict[str, Any]:
    """The prepared manifest as JSON."""
    loaded: dict[str, Any] = json.loads(prepare().read_text(encoding="utf-8"))
    return loaded


def build(home: Home, part: Part) -> list[NodeResult]:
    """Seeds, models and tests of a part into the build database; hold the writer lock. Failures are in the results."""
    from dbt.contracts.graph.manifest import Manifest

    prepare()
    # dbt changes the manifest that it is given, so each build gets a fresh one.
    parsed = Manifest.from_msgpack((TARGET_DIR / "partial_parse.msgpack").read_bytes())
    arguments = [
        "build", "--exclude-resource-type", "unit_test",
        "--target-path", str(home.warehouse_dir / "dbt"), "--log-path", str(home.logs),
        *part.selection,
    ]  # fmt: skip
    outcome = _invoke(arguments, parsed, {DATABASE_VARIABLE: str(home.build_db.absolute())})
    return [_node_result(result) for result in outcome.results]


def unit_tests(home: Home) -> list[NodeResult]:
    """The unit tests beside the models, in a build database that has been built: they borrow its columns."""
    arguments = [
        "test", "--select", "test_type:unit",
        "--target-path", str(home.warehouse_dir / "dbt"), "--log-path", str(home.logs),
    ]  # fmt: skip
    outcome = _invoke(arguments, environment={DATABASE_VARIABLE: str(home.build_db.absolute())})
    return [_node_result(result) for result in outcome.results]


def _invoke(arguments: list[str], parsed: Any = None, environment: dict[str, str] | None = None) -> Any:
    from dbt.cli.main import dbtRunner

    where = ["--project-dir", str(DBT_DIR), "--profiles-dir", str(DBT_DIR)]
    with _environment({DATABASE_VARIABLE: ":memory:", **(environment or {})}), warnings.catch_warnings():
        # Column types are declared for all code lists together; dbt's CSV reader remarks on each that lacks
        # one.
        warnings.filterwarnings("ignore", category=RuntimeWarning, module="agate")
        try:
            outcome = dbtRunner(manifest=parsed).invoke([*QUIET, *arguments, *where])
        finally:
            _close_connections()
    if outcome.exception is not None or outcome.result is None:
        reason = " ".join(str(outcome.exception or "no reason given").split())
        raise EntrepotError(
            f"dbt {arguments[0]} could not start: {reason.rstrip('.')}. See dbt_project/ and the home's log."
        )
    return outcome.result


def _close_connections() -> None:
    # dbt-duckdb keeps an in-memory database open between invocations, and with it the attached build
    # database.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
    DuckDBConnectionManager.close_all_connections()


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _node_result(result: Any) -> NodeResult:
    node = result.node
    return NodeResult(
        unique_id=node.unique_id,
        name=node.name,
        kind=str(node.resource_type),
        status=str(result.status),
        seconds=float(result.execution_time or 0.0),
        message=str(result.message or ""),
        rows=result.failures,
        severity=str(getattr(node.config, "severity", "") or "").lower(),
        compiled_sql=str(getattr(node, "compiled_code", "") or ""),
    )


def main() -> int:
    """Prepare the manifest; returns the exit code."""
    try:
        print(prepare())
    except EntrepotError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
