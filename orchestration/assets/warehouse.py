"""The warehouse: raw relations over the lake, dbt's seeds, models and tests in two parts, and between them the linkage
of parties, as assets and checks.

Here: the four steps that write the build database, one after the other, and what Dagster shows of them. Not
here: the SQL (dbt_project), how dbt is run (harmonisation/) and how parties are linked (linkage/). All ask the gate
first.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import dagster as dg
import duckdb

from orchestration import gate, steps
from orchestration.assets.lake import PRIORITY, REFERENCES, feed_key
from orchestration.cases.rules import load_case_rules
from orchestration.contracts.model import ContractSet
from orchestration.errors import EntrepotError
from orchestration.harmonisation import dbt
from orchestration.harmonisation.failing_rows import failure_detail
from orchestration.harmonisation.parts import INPUT_TAG, Part, part_of
from orchestration.harmonisation.raw import REGISTER_RELATIONS, build_raw
from orchestration.harmonisation.translator import (
    LAYERS,
    asset_specs,
    check_keys,
    is_blocking,
    linkage_key,
    node_key,
)
from orchestration.harmonisation.warehouse import build_database, writer_lock
from orchestration.linkage.link import RELATIONS
from orchestration.register import CheckResult
from orchestration.resources import Installation
from orchestration.site import Site
from orchestration.submissions import quality_record

WRITER_POOL = "warehouse_writer"
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
        gate.require_clear(site.register, "Building the warehouse", gate.BEFORE_BUILD, repeated_later=(gate.CONTRACT,))
        load_case_rules()  # a faulty declaration is told before anything is built
        quality_record.start(site)  # beside us; `contracts_hold` waits for it
        with writer_lock(site.home), build_database(site.home) as connection:
            files = build_raw(connection, site.home, site.register, contracts)
        for key, contract in by_feed.items():
            yield dg.MaterializeResult(asset_key=key, metadata={"submissions": files[contract.id]})
        for key in register_keys:
            yield dg.MaterializeResult(asset_key=key)

    return raw_relations


def dbt_models(part: Part) -> dg.AssetsDefinition:
    """Every seed and model of a part of the dbt project, with its tests as checks; needs the prepared manifest."""
    manifest = dbt.manifest()
    specs, check_specs = asset_specs(manifest, part)

    @dg.multi_asset(
        name=f"dbt_models_{part.value.replace(' ', '_')}",
        specs=specs,
        check_specs=list(check_specs.values()),
        can_subset=True,
        pool=WRITER_POOL,
        op_tags={"dagster/priority": PRIORITY},
        allow_arbitrary_check_specs=True,
    )
    def dbt_models(
        context: dg.AssetExecutionContext, installation: Installation
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        site = installation.open()
        require_clear_before(site, part)
        with writer_lock(site.home):
            results = dbt.build(site.home, part)
            with build_database(site.home, read_only=True) as connection:
                rows = row_counts(connection)
                details = {r.unique_id: failure_detail(connection, r, manifest) for r in results if r.kind == "test"}
        keys = check_keys(manifest)
        checks = [
            check_result(manifest, keys, result, details.get(result.unique_id, ""))
            for result in results
            if result.kind == "test" or result.status == "error"
        ]
        site.register.record_checks(checks)
        others = Part.AFTER if part is Part.BEFORE else Part.BEFORE
        there = [*((check.asset, check.check_name) for check in checks), *checks_of(manifest, others)]
        gate.retire(site.register, LAYERS, there)
        selected = context.selected_asset_keys, context.selected_asset_check_keys
        yield from events(manifest, keys, results, rows, details, *selected)
        raise_for_errors(results)

    return dbt_models


def linked_parties(inputs: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The step between the two parts, which reads the models `inputs`: mentions become parties."""

    @dg.multi_asset(
        name="linked_parties",
        specs=[
            dg.AssetSpec(linkage_key(name), group_name=linkage_key(name).path[0], deps=inputs, kinds={"duckdb"})
            for name in RELATIONS
        ],
        pool=WRITER_POOL,
        op_tags={"dagster/priority": PRIORITY},
    )
    def linked_parties(installation: Installation) -> Iterator[dg.MaterializeResult]:
        site = installation.open()
        require_clear_before(site, None)
        with recorded(site, "/".join(linkage_key("party_clusters").path)):
            rows = steps.link_parties(site)
        for name, count in rows.items():
            yield dg.MaterializeResult(asset_key=linkage_key(name), metadata={"dagster/row_count": count})

    return linked_parties


def linkage_inputs() -> list[dg.AssetKey]:
    """The models that linkage reads."""
    nodes = dbt.manifest()["nodes"].values()
    return sorted(node_key(node) for node in nodes if INPUT_TAG in node.get("tags", ()))


def require_clear_before(site: Site, part: Part | None) -> None:
    """Raise BlockedError if a blocking check before a part, or before linkage (None), has failed."""
    gate.require_clear(site.register, "Building the warehouse", gate.BEFORE_BUILD, repeated_later=(gate.CONTRACT,))
    if part is not Part.BEFORE:
        checks = {asset for asset, _ in checks_of(dbt.manifest(), Part.BEFORE)}
        gate.require_clear(site.register, "Building the warehouse", LAYERS, checks)
    if part is Part.AFTER:
        gate.require_clear(site.register, "Building the warehouse", ("linkage",))


def checks_of(manifest: Mapping[str, Any], part: Part) -> list[tuple[str, str]]:
    """Asset and name of every check that the build of a part may record."""
    keys, found = check_keys(manifest), []
    for unique_id in part_of(manifest, part):
        if key := keys.get(unique_id):
            found.append(("/".join(key.asset_key.path), key.name))
        else:
            found.append(("/".join(node_key(manifest["nodes"][unique_id]).path), BUILT))
    return found


@contextmanager
def recorded(site: Site, asset: str) -> Iterator[None]:
    """Let the register know whether what is done inside came to its end: what stands on it must not go on if not."""
    try:
        yield
    except EntrepotError as problem:
        site.register.record_check(asset, BUILT, passed=False, blocking=True, detail=" ".join(str(problem).split()))
        raise
    if gate.failed_checks(site.register, (asset.split("/")[0],)):
        site.register.record_check(asset, BUILT, passed=True, blocking=True, detail="built again")


def events(
    manifest: Mapping[str, Any],
    checks: Mapping[str, dg.AssetCheckKey],
    results: Sequence[dbt.NodeResult],
    rows: Mapping[str, int],
    details: Mapping[str, str],
    keys: set[dg.AssetKey],
    check_keys: set[dg.AssetCheckKey],
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """dbt's results in Dagster's words; tests of what was not selected are left to the register."""
    for result in results:
        if result.kind == "test":
            key = checks[result.unique_id]
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


def check_result(
    manifest: Mapping[str, Any], checks: Mapping[str, dg.AssetCheckKey], result: dbt.NodeResult, detail: str
) -> CheckResult:
    """A dbt test, or a model that failed, as the register keeps it.

    A skipped test has not passed: it guards what was not built.
    """
    if result.kind != "test":
        asset = "/".join(node_key(manifest["nodes"][result.unique_id]).path)
        return CheckResult(asset, BUILT, passed=False, blocking=True, detail=" ".join(result.message.split()))
    key = checks[result.unique_id]
    blocking = is_blocking(manifest["nodes"][result.unique_id])
    return CheckResult(
        asset="/".join(key.asset_key.path),
        check_name=key.name,
        passed=result.passed,
        blocking=blocking,
        severity="error" if blocking else "warning",
        detail=detail,
    )


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
