"""Pulling: from partners' servers into vault and register.

Here: the one asset that asks the servers, and how a pull is told to Dagster. Not here: what a pull is (pulls/).
"""

from collections.abc import Sequence

import dagster as dg

from orchestration import steps
from orchestration.pulls.pull import Pulled
from orchestration.resources import Installation

PULLED_FILES = dg.AssetKey(["landing", "all_partners", "pulled_files"])
CHECK = "every_server_was_pulled"


class PullConfig(dg.Config):
    """Which feeds are pulled, by their cadence; all unless told."""

    cadences: list[str] = []  # noqa: RUF012  (Dagster's configuration is declared like this)


@dg.asset(
    key=PULLED_FILES,
    group_name="landing",
    description="Files fetched from partners' servers, whole or not at all, and handed to the intake.",
    check_specs=[
        dg.AssetCheckSpec(
            CHECK,
            asset=PULLED_FILES,
            description="Every server was reached and its new files came whole. Blocks nothing: other feeds go on.",
        )
    ],
    kinds={"file"},
)
def pulled_files(installation: Installation, config: PullConfig) -> dg.MaterializeResult:
    """Pull what the contracts name; a server at fault is told by the check and stops nothing."""
    pulled = steps.pull_files(installation.open(), cadences=config.cadences or None)
    return dg.MaterializeResult(metadata=metadata(pulled), check_results=[check(pulled)])


def record(instance: dg.DagsterInstance, pulled: Sequence[Pulled]) -> None:
    """Tell Dagster's history of a pull that was made outside a run of the graph (cycle.py)."""
    instance.report_runless_asset_event(dg.AssetMaterialization(PULLED_FILES, metadata=metadata(pulled)))
    result = check(pulled)
    instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(
            asset_key=PULLED_FILES, check_name=CHECK, passed=result.passed, severity=result.severity,
            metadata=result.metadata,
        )
    )  # fmt: skip


def metadata(pulled: Sequence[Pulled]) -> dict[str, dg.MetadataValue]:
    """The outcome in numbers and, server by server, in words."""
    rows = [f"- {one.server.id}: {told(one)}" for one in pulled]
    return {
        "servers": dg.MetadataValue.int(len(pulled)),
        "fetched": dg.MetadataValue.int(sum(len(one.taken) for one in pulled)),
        "unchanged": dg.MetadataValue.int(sum(one.unchanged for one in pulled)),
        "outcome": dg.MetadataValue.md("\n".join(rows) or "no contract names a server to pull from"),
    }


def check(pulled: Sequence[Pulled]) -> dg.AssetCheckResult:
    """Whether any server needs a person."""
    problems = [reason for one in pulled for reason in (one.failure, *one.refused.values()) if reason]
    return dg.AssetCheckResult(
        asset_key=PULLED_FILES,
        check_name=CHECK,
        passed=not problems,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"problems": dg.MetadataValue.md("\n".join(f"- {p}" for p in problems) or "none")},
    )


def told(one: Pulled) -> str:
    """What happened at one server, in a line."""
    counts = [(len(one.taken), "fetched"), (one.unchanged, "unchanged"), (len(one.left), "left for now"),
              (len(one.refused), "refused")]  # fmt: skip
    parts = [f"{number} {word}" for number, word in counts if number]
    return "; ".join([", ".join(parts) or "nothing there", *([one.failure] if one.failure else [])])
