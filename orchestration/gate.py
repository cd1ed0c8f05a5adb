"""The gate: whether a step may go on, given the blocking checks recorded upstream of it, in this run or an
earlier one.

Here: the question and the refusal. Not here: the checks themselves (the assets run and record them) and
Dagster, which blocks within one run; the register makes the block hold across runs and for commands that
never start Dagster.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from orchestration.errors import EntrepotError
from orchestration.register import Register

# Layers whose checks stand before each step. An edition holds every feed and every model, so all of them
# stand before it.
BEFORE_BUILD = ("lake",)
# The quality record of a feed is made anew while the warehouse is built, and stands before what is published: did it
# stand before the build too, a run would never come to repeat it.
CONTRACT = "contract"
BEFORE_EDITION = ("lake", "code_lists", "staging", "intermediate", "linkage", "marts", "reporting", "warehouse")

# What is kept of a check that stands on one that failed: it is no reason of its own.
NOT_RUN = "not run, as a model or test before it failed"


class BlockedError(EntrepotError):
    """A blocking check upstream has failed and has not passed since."""


def failed_checks(register: Register, layers: Sequence[str]) -> list[dict[str, Any]]:
    """The newest results of blocking checks in these layers that did not pass, by asset and check."""
    return [
        check
        for check in register.latest_checks()
        if check["blocking"] and not check["passed"] and check["asset"].split("/")[0] in layers
    ]


def require_clear(
    register: Register,
    step: str,
    layers: Sequence[str] = BEFORE_EDITION,
    assets: Collection[str] | None = None,
    repeated_later: Collection[str] = (),
) -> None:
    """Raise BlockedError if a blocking check before `step`, optionally of some assets only, has failed; names check,
    partner and rows. Checks that the run repeats after the step do not count.
    """
    failed = [
        check
        for check in failed_checks(register, layers)
        if (assets is None or check["asset"] in assets) and check["check_name"] not in repeated_later
    ]
    if failed:
        raise BlockedError(
            f"{step} is stopped: {describe(failed)}. "
            "Mend what the check names, then `entrepot run`: it repeats the check and goes on from there."
        )


def describe(failed: Iterable[dict[str, Any]], limit: int = 3) -> str:
    """The failed checks in words, the first few in full; those that were only not run for them are counted."""
    failed = list(failed)
    causes = [check for check in failed if check["detail"] != NOT_RUN] or failed
    told = "; ".join(
        f"the blocking check {check['check_name']} of {check['asset']} failed: {check['detail'].rstrip('.')}"
        for check in causes[:limit]
    )
    more, waiting = len(causes) - limit, len(failed) - len(causes)
    return (
        told
        + (f"; and {more} more" if more > 0 else "")
        + (f"; {waiting} after that could not be run" if waiting else "")
    )


def retire(register: Register, layers: Sequence[str], still_there: Iterable[tuple[str, str]]) -> None:
    """Let go of failed checks that the project no longer has: a removed check must not block for ever."""
    known = set(still_there)
    for check in failed_checks(register, layers):
        if (check["asset"], check["check_name"]) not in known:
            register.record_check(
                check["asset"],
                check["check_name"],
                passed=True,
                blocking=True,
                detail="the check no longer exists",
            )
