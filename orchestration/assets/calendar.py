"""The calendar in Dagster: how fresh a feed must be, and a daily check of what is due.

Here: what Dagster shows of it. Not here: which periods are due (submissions/due.py). Nothing waits for this check: a
partner who is late must not stop the others' figures, which say themselves what was not submitted.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg

from orchestration.contracts.model import Contract, ContractSet
from orchestration.resources import Installation
from orchestration.submissions.due import LATE, OVERDUE, PRESSING, Due, due_of

ON_TIME = "is_delivered_on_time"
# How long the periods of a cadence are at most.
LONGEST = {"daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "half-yearly": 184, "yearly": 366}


def freshness_of(contract: Contract) -> dg.FreshnessPolicy | None:
    """At least one delivery within a period and its grace; None where the cadence is irregular."""
    if contract.cadence not in LONGEST:
        return None
    allowed = timedelta(days=LONGEST[contract.cadence] + contract.grace_days)
    return dg.FreshnessPolicy.time_window(fail_window=allowed, warn_window=allowed * 0.95)


def calendar_checks(contracts: ContractSet) -> dg.AssetChecksDefinition:
    """One check for each feed with a regular cadence: nothing of it is overdue, held or rejected."""
    regular = {dg.AssetKey(["lake", c.partner, c.feed]): c for c in contracts.values() if c.cadence in LONGEST}

    @dg.multi_asset_check(
        name="calendar",
        specs=[
            dg.AssetCheckSpec(ON_TIME, asset=key, description=f"What is due by the {c.cadence} cadence has come.")
            for key, c in regular.items()
        ],
        can_subset=True,
    )
    def calendar(context: dg.AssetCheckExecutionContext, installation: Installation) -> Iterator[dg.AssetCheckResult]:
        site = installation.open()
        today, submissions = datetime.now(UTC).date(), site.register.submissions()
        for check in sorted(context.selected_asset_check_keys):
            yield _result(check.asset_key, due_of(regular[check.asset_key], submissions, today))

    return calendar


def _result(key: dg.AssetKey, found: list[Due]) -> dg.AssetCheckResult:
    wanting = [item for item in found if item.state in PRESSING]
    told = [f"- {item.period}: {item.state}, due on {item.due_on}" for item in wanting]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=ON_TIME,
        passed=not any(item.state != "due soon" for item in wanting),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "wanting": dg.MetadataValue.md("\n".join(told) or "none"),
            "overdue": sum(item.state == OVERDUE for item in found),
            "received_late": sum(item.state == LATE for item in found),
        },
    )
