"""The feeds in the lake: one asset a feed, with the checks that stand before everything downstream.

Here: what Dagster shows of a feed (counts, sample, checks). Not here: the checking itself (submissions/).
"""

from collections.abc import Iterator, Sequence
from time import perf_counter

import dagster as dg

from orchestration import steps
from orchestration.assets.calendar import freshness_of
from orchestration.assets.intake import RECEIVED_FILES
from orchestration.assets.presentation import markdown_table
from orchestration.contracts.model import Contract, ContractSet
from orchestration.register import Submission
from orchestration.resources import Installation
from orchestration.site import Site
from orchestration.submissions import conservation
from orchestration.submissions.lake import accepted_sql
from orchestration.submissions.settle import speaking

SAMPLE_ROWS = 5
REFERENCES = dg.AssetKey(["lake", "all_partners", "references"])
# What builds the warehouse, and this step before it, goes before the quality checks: their process runs meanwhile.
PRIORITY = "10"


def lake_assets(contracts: ContractSet) -> list[dg.AssetsDefinition]:
    """One asset for every contract."""
    return [feed_asset(contract) for contract in contracts.values()]


def feed_key(contract: Contract) -> dg.AssetKey:
    """[lake, partner, feed]."""
    return dg.AssetKey(["lake", contract.partner, contract.feed])


def feed_asset(contract: Contract) -> dg.AssetsDefinition:
    """Checks the pending submissions of one feed and proves that no row was lost."""

    @dg.asset(
        key=feed_key(contract),
        group_name="lake",
        deps=[RECEIVED_FILES],
        description=f"{contract.title}. {contract.description}",
        check_specs=[
            dg.AssetCheckSpec(
                conservation.CHECK,
                asset=feed_key(contract),
                description="Rows read = accepted + quarantined + exact duplicates, counted again.",
                blocking=True,
            )
        ],
        tags={"partner": contract.partner, "cadence": contract.cadence},
        freshness_policy=freshness_of(contract),
        kinds={"parquet"},
    )
    def feed(installation: Installation) -> Iterator[dg.MaterializeResult]:
        site, started = installation.open(), perf_counter()
        checked = steps.check_pending(site, contract)
        problems = conservation.problems(site.home, site.register, contract)
        conservation.record(site.register, contract, problems)
        yield dg.MaterializeResult(
            metadata=feed_metadata(site, contract, checked, perf_counter() - started),
            check_results=[
                dg.AssetCheckResult(
                    check_name=conservation.CHECK,
                    passed=not problems,
                    metadata={"problems": dg.MetadataValue.md("\n".join(f"- {p}" for p in problems) or "none")},
                )
            ],
        )

    return feed


def references_asset(contracts: ContractSet) -> dg.AssetsDefinition:
    """Rows that name a record of another feed, looked at again once all feeds of a run are checked."""

    @dg.asset(
        key=REFERENCES,
        group_name="lake",
        deps=[feed_key(contract) for contract in contracts.values()],
        description="Rows that name a record of another feed of their partner wait in quarantine until it comes.",
        kinds={"parquet"},
        op_tags={"dagster/priority": PRIORITY},
    )
    def references(installation: Installation) -> dg.MaterializeResult:
        site, started = installation.open(), perf_counter()
        changed = steps.settle_references(site)
        return dg.MaterializeResult(
            metadata={
                "submissions_changed": len(changed),
                "submissions": dg.MetadataValue.md("\n".join(f"- {identifier}" for identifier in changed) or "none"),
                "seconds": round(perf_counter() - started, 3),
            }
        )

    return references


def feed_metadata(
    site: Site, contract: Contract, checked: Sequence[Submission], seconds: float
) -> dict[str, dg.MetadataValue]:
    """What Dagster shows: the counts of this run, the state of the feed, and a few rows."""
    standing, _ = speaking(site.register, contract)
    newest = conservation.folders(site.home, standing[-1:])

    def total(name: str) -> dg.MetadataValue:
        return dg.MetadataValue.int(sum(getattr(s, name) or 0 for s in checked))

    return {
        "rows_read": total("rows_read"),
        "rows_accepted": total("rows_accepted"),
        "rows_quarantined": total("rows_quarantined"),
        "rows_duplicate": total("rows_duplicate"),
        "submissions_checked": dg.MetadataValue.int(len(checked)),
        "submissions_standing": dg.MetadataValue.int(len(standing)),
        "dagster/row_count": dg.MetadataValue.int(sum(s.rows_accepted or 0 for s in standing)),
        "seconds": dg.MetadataValue.float(round(seconds, 3)),
        "sample": dg.MetadataValue.md(markdown_table(accepted_sql(contract, newest), SAMPLE_ROWS)),
        "rejected": dg.MetadataValue.md(
            "\n".join(f"- {s.file_name}: {s.reason}" for s in checked if s.status in ("rejected", "held")) or "none"
        ),
    }
