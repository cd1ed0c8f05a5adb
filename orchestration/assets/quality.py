"""The quality record of the feeds as asset checks.

Here: which feeds are validated in a run and what becomes of the verdicts. Not here: Great Expectations, which
submissions/quality.py keeps to itself.
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.assets.lake import feed_key
from orchestration.contracts.model import Contract, ContractSet
from orchestration.gate import CONTRACT
from orchestration.register import Register
from orchestration.resources import Installation
from orchestration.submissions import quality_record
from orchestration.submissions.quality import FeedQuality

# After the steps that build the warehouse, during which the validation runs in a process of its own, and before
# those that publish; these ask the gate, which knows the verdicts.
PRIORITY = "5"


def quality_checks(contracts: ContractSet) -> dg.AssetChecksDefinition:
    """One check a feed, all in one step. It blocks through the gate: nothing is published before it has passed."""
    by_key = {feed_key(contract): contract for contract in contracts.values()}

    @dg.multi_asset_check(
        name="contracts_hold",
        specs=[
            dg.AssetCheckSpec(
                CONTRACT,
                asset=key,
                description="Great Expectations: the accepted rows keep every rule of the contract.",
            )
            for key in by_key
        ],
        can_subset=True,
        op_tags={"dagster/priority": PRIORITY},
    )
    def contracts_hold(
        context: dg.AssetCheckExecutionContext, installation: Installation
    ) -> Iterator[dg.AssetCheckResult]:
        site = installation.open()
        try:
            verdicts = quality_record.finish(site)
        except Exception as error:
            for key in {check.asset_key for check in context.selected_asset_check_keys}:
                told = f"it could not be evaluated: {' '.join(str(error).split())[:200]}"
                site.register.record_check("/".join(key.path), CONTRACT, passed=False, blocking=True, detail=told)
            raise
        for check in sorted(context.selected_asset_check_keys):
            contract = by_key[check.asset_key]
            yield record(site.register, contract, verdicts.get(contract.id))

    return contracts_hold


def record(register: Register, contract: Contract, verdict: FeedQuality | None) -> dg.AssetCheckResult:
    """Keep the verdict in the register and show it.

    Accepted rows that break a rule of severity error block: classification and record disagree. Warnings are told.
    """
    errors = verdict.errors if verdict else ()
    warnings = [b for b in verdict.broken if b not in errors] if verdict else []
    told = "; ".join(f"{b.rule}: {b.rows} accepted rows of {contract.partner} break it" for b in errors)
    register.record_check(f"lake/{contract.id}", CONTRACT, passed=not errors, blocking=True, detail=told)
    metadata: dict[str, dg.MetadataValue] = {
        "broken": dg.MetadataValue.md(told or "none"),
        "warnings": dg.MetadataValue.md("; ".join(f"{b.rule}: {b.rows} rows" for b in warnings) or "none"),
    }
    if verdict:
        metadata |= {
            "expectations": dg.MetadataValue.int(verdict.expectations),
            "rows": dg.MetadataValue.int(verdict.rows),
            "data_docs": dg.MetadataValue.path(str(verdict.page)),
        }
    return dg.AssetCheckResult(
        asset_key=feed_key(contract),
        check_name=CONTRACT,
        passed=not errors,
        metadata=metadata,
    )
