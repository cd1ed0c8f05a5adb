"""The guarded databases: one asset a recipient; the operator's is the published edition of the whole
warehouse.

Here: when a release is built and what Dagster shows of it. Not here: who may see what (releases/).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

import dagster as dg

from orchestration import steps
from orchestration.releases.build import Release
from orchestration.releases.policy import load_policy
from orchestration.resources import Installation
from orchestration.site import Site

OPERATOR = "operator"
AT_A_TIME = 2  # DuckDB works outside Python's lock


def release_key(recipient: str) -> dg.AssetKey:
    """[releases, recipient, database]."""
    return dg.AssetKey(["releases", recipient, "database"])


def release_assets(mart_keys: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """One asset for every recipient of the sharing policy, in one step: several are built at a time."""
    recipients = {release_key(name): name for name in sorted(load_policy().recipients)}

    @dg.multi_asset(
        name="releases",
        specs=[
            dg.AssetSpec(
                key,
                group_name="releases",
                deps=mart_keys,
                description=f"A read-only database with {_extent(name)}.",
                tags={"recipient": name},
                kinds={"duckdb"},
                skippable=True,
            )
            for key, name in recipients.items()
        ],
        can_subset=True,
    )
    def releases(context: dg.AssetExecutionContext, installation: Installation) -> Iterator[dg.MaterializeResult]:
        site = installation.open()
        # The operator's first: the reports are made from it.
        keys = sorted(context.selected_asset_keys, key=lambda key: (recipients[key] != OPERATOR, key))
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            building = {key: pool.submit(_timed, site, recipients[key]) for key in keys}
        failed = [error for built in building.values() if (error := built.exception()) is not None]
        for key, built in building.items():
            if built.exception() is None:
                yield dg.MaterializeResult(asset_key=key, metadata=_metadata(*built.result()))
        if failed:
            raise failed[0]

    return releases


def _timed(site: Site, recipient: str) -> tuple[Release, float]:
    started = perf_counter()
    return steps.publish_release(site, recipient), perf_counter() - started


def _metadata(built: Release, seconds: float) -> dict[str, Any]:
    return {
        "edition": built.edition,
        "is_new": built.is_new,
        "digest": built.digest,
        "path": dg.MetadataValue.path(str(built.path)),
        "tables": len(built.tables),
        "dagster/row_count": sum(built.tables.values()),
        "rows": dg.MetadataValue.json(built.tables),
        "seconds": round(seconds, 3),
    }


def _extent(recipient: str) -> str:
    return "everything, for the operator" if recipient == OPERATOR else f"what {recipient} may see"
