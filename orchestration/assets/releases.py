"""The guarded databases: one asset a recipient; the operator's is the published edition of the whole
warehouse.

Here: when a release is built and what Dagster shows of it. Not here: who may see what (releases/).
"""

from time import perf_counter

import dagster as dg

from orchestration import steps
from orchestration.releases.policy import load_policy
from orchestration.resources import Installation

OPERATOR = "operator"


def release_key(recipient: str) -> dg.AssetKey:
    """[releases, recipient, database]."""
    return dg.AssetKey(["releases", recipient, "database"])


def release_assets(mart_keys: list[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """One asset for every recipient of the sharing policy."""
    return [release_asset(recipient, mart_keys) for recipient in sorted(load_policy().recipients)]


def release_asset(recipient: str, mart_keys: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The database of one recipient."""
    reader = "everything, for the operator" if recipient == OPERATOR else f"what {recipient} may see"

    @dg.asset(
        key=release_key(recipient),
        group_name="releases",
        deps=mart_keys,
        description=f"A read-only database with {reader}.",
        tags={"recipient": recipient},
        kinds={"duckdb"},
    )
    def release(installation: Installation) -> dg.MaterializeResult:
        site, started = installation.open(), perf_counter()
        built = steps.publish_release(site, recipient)
        return dg.MaterializeResult(
            metadata={
                "edition": built.edition,
                "is_new": built.is_new,
                "digest": built.digest,
                "path": dg.MetadataValue.path(str(built.path)),
                "tables": len(built.tables),
                "dagster/row_count": sum(built.tables.values()),
                "rows": dg.MetadataValue.json(built.tables),
                "seconds": round(perf_counter() - started, 3),
            }
        )

    return release
