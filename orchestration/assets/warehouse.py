"""The warehouse: raw relations over the lake, and dbt's seeds, models and tests as assets and checks.

Here: the two steps that write the build database, one after the other, and what Dagster shows of them. Not
here: the SQL (dbt_project) and how dbt is run (harmonisation/). Both ask the gate first.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import dbt_assets

from orchestration import gate
from orchestration.assets.lake import REFERENCES, feed_key
from orchestration.contracts.model import ContractSet
from orchestration.errors import EntrepotError
from orchestration.harmonisation import dbt
from orchestration.harmonisation.raw import REGISTER_RELATIONS, build_raw
from orchestration.harmonisation.translator import (
    LAYERS,
    EntrepotTranslator,
    check_key,
    is_blocking,
    node_key,
)
from orchestration.harmonisation.warehouse import build_database, writer_lock
from orchestration.register import CheckResult
from orchestration.resources import Installation
from orchestration.submissions import quality_record

WRITER_POOL = "warehouse_writer"
PRIORITY = "10"  # before the quality checks, whose process then runs meanwhile
FAILING_ROWS_SHOWN = 3
# The check that a seed or model fails by not being built; it passes by being retired after the next build.
BUILT = "is_built"


def raw_relations(contracts: ContractSet) -> dg.AssetsDefinition:
    """raw.<partner>__<feed> for every contract, and the register's own relations."""
    by_feed = {dg.AssetKey(["raw", c.partner, c.feed]): c for c in contracts.values()}
    register_keys = [dg.AssetKey(["raw", "register", name]) for name in REGISTER_RELATIONS]
    lake_keys = [*(feed_key(contract) for contract in contracts.values()), REFERENCES]

    @dg.multi_asset(
        name="raw_relations",
        specs=[
            *(
                dg.AssetSpec(
                    key,
                    group_name="raw",
                    deps=[feed_key(c), REFERENCES],
                    description=f"Accepted rows of {c.id}.",
                    kinds={"duckdb"},
                )
                for key, c in by_feed.items()
            ),
            *(
                dg.AssetSpec(
                    key,
                    group_name="raw",
                    deps=lake_keys,
                    description="From the register and the findings in the lake.",
                    kinds={"duckdb"},
                )
                for key in register_keys
            ),
        ],
        pool=WRITER_POOL,
        op_tags={"dagster/priority": PRIORITY},
    )
    def raw_relations(installation: Installation) -> Iterator[dg.MaterializeResult]:
        site = installation.open()
        gate.require_clear(site.register, "Building the warehouse", gate.BEFORE_BUILD)
        quality_record.start(site)  # beside us; `contracts_hold` waits for it
        with writer_lock(site.home), build_database(site.home) as connection:
            files = build_raw(connection, site.home, site.register, contracts)
        for key, contract in by_feed.items():
            yield dg.MaterializeResult(asset_key=key, metadata={"submissions": files[contract.id]})
        for key in register_keys:
            yield dg.MaterializeResult(asset_key=key)

    return raw_relations


def dbt_models() -> dg.AssetsDefinition:
    """Every seed and model of the dbt project, with its tests as checks; needs the prepared manifest."""
    manifest = dbt.manifest()

    @dbt_assets(
        manifest=manifest,
        exclude="resource_type:unit_test",
        name="dbt_models",
        dagster_dbt_translator=EntrepotTranslator(),
        pool=WRITER_POOL,
        op_tags={"dagster/priority": PRIORITY},
    )
    def dbt_models(
        context: dg.AssetExecutionContext, installation: Installation
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        site = installation.open()
        gate.require_clear(site.register, "Building the warehouse", gate.BEFORE_BUILD)
        with writer_lock(site.home):
            results = dbt.build(site.home)
            with build_database(site.home, read_only=True) as connection:
                rows = row_counts(connection)
                details = {r.unique_id: failure_detail(connection, r) for r in results if r.kind == "test"}
        checks = [
            check_result(manifest, result, details.get(result.unique_id, ""))
            for result in results
            if result.kind == "test" or result.status == "error"
        ]
        site.register.record_checks(checks)
        gate.retire(site.register, LAYERS, [(check.asset, check.check_name) for check in checks])
        selected = context.selected_asset_keys, context.selected_asset_check_keys
        yield from events(manifest, results, rows, details, *selected)
        raise_for_errors(results)

    return dbt_models


def events(
    manifest: Mapping[str, Any],
    results: Sequence[dbt.NodeResult],
    rows: Mapping[str, int],
    details: Mapping[str, str],
    keys: set[dg.AssetKey],
    check_keys: set[dg.AssetCheckKey],
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """dbt's results in Dagster's words; tests of what was not selected are left to the register."""
    for result in results:
        if result.kind == "test":
            key = check_key(manifest, result.unique_id)
            if key in check_keys and result.status != "skipped":
                grave = is_blocking(manifest["nodes"][result.unique_id])
                yield dg.AssetCheckResult(
                    asset_key=key.asset_key,
                    check_name=key.name,
                    passed=result.passed,
                    severity=dg.AssetCheckSeverity.ERROR if grave else dg.AssetCheckSeverity.WARN,
                    metadata={
                        "failing_rows": result.rows or 0,
                        "seconds": round(result.seconds, 3),
                        "detail": details[result.unique_id] or "none",
                    },
                )
        elif result.passed:
            asset_key = node_key(manifest["nodes"][result.unique_id])
            if asset_key in keys:
                counted = {"dagster/row_count": rows[result.name]} if result.name in rows else {}
                metadata = {"seconds": round(result.seconds, 3), **counted}
                yield dg.MaterializeResult(asset_key=asset_key, metadata=metadata)


def check_result(manifest: Mapping[str, Any], result: dbt.NodeResult, detail: str) -> CheckResult:
    """A dbt test, or a model that failed, as the register keeps it.

    A skipped test has not passed: it guards what was not built.
    """
    if result.kind != "test":
        asset = "/".join(node_key(manifest["nodes"][result.unique_id]).path)
        return CheckResult(asset, BUILT, passed=False, blocking=True, detail=" ".join(result.message.split()))
    key = check_key(manifest, result.unique_id)
    blocking = is_blocking(manifest["nodes"][result.unique_id])
    return CheckResult(
        asset="/".join(key.asset_key.path),
        check_name=key.name,
        passed=result.passed,
        blocking=blocking,
        severity="error" if blocking else "warning",
        detail=detail,
    )


def failure_detail(connection: duckdb.DuckDBPyConnection, result: dbt.NodeResult) -> str:
    """Why a test did not pass, with the first rows it found; empty if it passed."""
    if result.passed:
        return ""
    if result.status == "skipped":
        return "not run, as a model or test before it failed"
    if result.status == "error" or not result.compiled_sql:
        return " ".join(result.message.split())
    try:
        found = connection.execute(f"SELECT * FROM ({result.compiled_sql}) LIMIT {FAILING_ROWS_SHOWN}")
        names = [column[0] for column in found.description or ()]
        shown = "; ".join(
            ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True)) for row in found.fetchall()
        )
    except duckdb.Error as problem:
        shown = f"rows not shown: {problem}"
    return f"{result.rows or 0} rows, such as {shown}"


def row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of every table (not view) that dbt built, by name."""
    tables = connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() "
        "WHERE database_name = current_database() AND schema_name <> 'raw'"
    ).fetchall()
    if not tables:
        return {}
    counts = " UNION ALL ".join(f'SELECT \'{table}\', count(*) FROM "{schema}"."{table}"' for schema, table in tables)
    return dict(connection.execute(counts).fetchall())


def raise_for_errors(results: Sequence[dbt.NodeResult]) -> None:
    """Raise EntrepotError if a seed or model could not be built; failed tests speak for themselves."""
    failed = [result for result in results if result.kind != "test" and result.status == "error"]
    if failed:
        first = failed[0]
        more = f" ({len(failed) - 1} more could not be built)" if len(failed) > 1 else ""
        raise EntrepotError(
            f"The {first.kind} {first.name} could not be built: {' '.join(first.message.split()).rstrip('.')}{more}. "
            "The published editions stay as they are; mend dbt_project/ and run again."
        )
