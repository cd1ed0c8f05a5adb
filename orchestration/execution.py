"""Runs Dagster's graph in this process and reads what became of it.

Here: the only place outside assets/ and definitions.py that speaks Dagster for the command line. Not here:
whether there is work (cycle.py).
"""

import os
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import dagster as dg
from rich.console import Console

from orchestration import full_disk, gate, progress
from orchestration.alive import alive, clear_the_dead
from orchestration.assets.calendar import ON_TIME
from orchestration.assets.intake import NOT_TAKEN, RECEIVED_FILES, REFUSED
from orchestration.assets.lake import REFERENCES, feed_key
from orchestration.assets.pulls import PULLED_FILES, record
from orchestration.assets.reports import PASSED_OVER
from orchestration.contracts.model import Contract
from orchestration.definitions import definitions
from orchestration.jobs import CYCLE
from orchestration.pulls.pull import Pulled
from orchestration.resources import dagster_instance
from orchestration.site import Site

# What an error looks like once Dagster has written it down: the class, then its text.
OWN_ERRORS = (
    "EntrepotError",
    "ContractError",
    "RejectedFileError",
    "UsageError",
    "BlockedError",
    "ReportError",
)


@dataclass
class Outcome:
    """What a run of the graph left behind."""

    problems: list[str] = field(default_factory=list)
    not_taken: list[str] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)
    releases: list[dict[str, Any]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def materialise(
    site: Site, feeds: Sequence[Contract], layers: Collection[str], console: Console, pulled: Sequence[Pulled] = ()
) -> Outcome:
    """Materialise these layers, of the lake only these feeds; failures are in the outcome, as sentences.

    `pulled` is what was fetched just before, for Dagster's history.
    """
    run_id = str(uuid4())
    with warnings.catch_warnings(), progress.shown(console), alive(site.home, run_id):
        warnings.simplefilter("ignore")
        found = definitions()
        instance = dagster_instance(site.home)
        clear_the_dead(instance, site.home)
        if pulled:
            record(instance, pulled)
        result = chosen(found, selection(found, feeds, layers)).execute_in_process(
            run_id=run_id,
            instance=instance,
            raise_on_error=os.environ.get("ENTREPOT_DEBUG") == "1",
            run_config={
                "loggers": {"progress": {}},
                "resources": {"installation": {"config": {"home": str(site.home.root), "landing": str(site.landing)}}},
            },
        )
    return read(site, result)


def chosen(found: dg.Definitions, keys: Sequence[dg.AssetKey]) -> dg.JobDefinition:
    """The cycle cut down to these assets and their checks; whether a partner is late is not a matter of a cycle."""
    checks = found.resolve_asset_graph().get_check_keys_for_assets(set(keys))
    return found.resolve_job_def(CYCLE).get_subset(
        asset_selection=set(keys), asset_check_selection={check for check in checks if check.name != ON_TIME}
    )


def selection(found: dg.Definitions, feeds: Sequence[Contract], layers: Collection[str]) -> list[dg.AssetKey]:
    """Every asset of these layers but the pulls, which were made before, and feeds that have nothing to check."""
    wanted = {REFERENCES, *(feed_key(contract) for contract in feeds)}
    keys = found.resolve_asset_graph().executable_asset_keys
    return sorted(
        key
        for key in keys
        if key.path[0] in layers and key != PULLED_FILES and (key.path[0] != "lake" or key in wanted)
    )


def read(site: Site, result: dg.ExecuteInProcessResult) -> Outcome:
    """The outcome of a run, from its events and the register."""
    outcome = Outcome(problems=problems(site, result))
    for event in result.get_asset_materialization_events():
        made = event.step_materialization_data.materialization
        values = {name: getattr(value, "value", None) for name, value in made.metadata.items()}
        layer, name = made.asset_key.path[0], made.asset_key.path[1]
        if made.asset_key == RECEIVED_FILES:
            outcome.not_taken = list(values.get(NOT_TAKEN) or [])
            outcome.refused = list(values.get(REFUSED) or [])
        elif layer == "releases":
            outcome.releases.append({"recipient": name, "edition": values["edition"], "path": values["path"]})
        elif layer == "reports":
            outcome.reports += values.get("editions") or []
            outcome.passed_over += values.get(PASSED_OVER) or []
    return outcome


def problems(site: Site, result: dg.ExecuteInProcessResult) -> list[str]:
    """One sentence for each thing that stopped the run; failed checks are told once, by the gate."""
    found = []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error is not None and error.cause is not None:
                error = error.cause
            name = (error.cls_name or "") if error else ""
            if error and full_disk.is_told_by(error.message, site.home.root):
                return [full_disk.PARAGRAPH]  # what else failed failed for that
            if name == "DagsterAssetCheckFailedError" or name == "BlockedError":
                continue
            text = error.message.strip() if error else "no reason was given"
            text = text.split(": ", 1)[1] if ": " in text.split("\n")[0] else text
            if name == "DagsterExecutionInterruptedError":
                found.append("The run was interrupted; run again: it goes on from there.")
            elif name in OWN_ERRORS:
                found.append(" ".join(text.split()))
            else:
                found.append(
                    f"The step {event.step_key} failed unexpectedly: {name}: {' '.join(text.split())} "
                    "Nothing downstream of it was published. Run again with ENTREPOT_DEBUG=1 to see where."
                )
    failed = gate.failed_checks(site.register, gate.BEFORE_EDITION)
    if failed:
        found.append(
            f"Nothing downstream was published, as {gate.describe(failed)}. Mend what the check names, then run again."
        )
    return found
