"""What a partner promises about time: how long after a period its data come, and from when on they come at all.

Here: the two slaProperties of the standard that a contract may have, and their checks. Not here: which periods are
due (submissions/due.py) and how often (the cadence, load.py).
"""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

import open_data_contract_standard.model as odcs

from orchestration.contracts.plain_yaml import Document
from orchestration.errors import ContractError

DAYS = {"d": 1, "w": 7}


class ServiceLevels(TypedDict, total=False):
    """The fields of Contract that say so; those not given keep their defaults."""

    grace_days: int
    available_from: date


def service_levels(document: Document, entries: Sequence[odcs.ServiceLevelAgreementProperty]) -> ServiceLevels:
    """`latency` (with unit d or w) and `generalAvailability` (a day); ContractError names file and line."""
    found: ServiceLevels = {}
    for position, entry in enumerate(entries):
        where = document.at(("slaProperties", position))
        if entry.property == "latency":
            days = _whole(entry.value)
            if days is None or entry.unit not in DAYS:
                raise ContractError(
                    f"{where}: latency is `{entry.value} {entry.unit}`; expected a whole number, 0 or more, with "
                    "unit d (days) or w (weeks): how long after the end of a period its data may come."
                )
            found["grace_days"] = days * DAYS[str(entry.unit)]
        elif entry.property == "generalAvailability":
            try:
                found["available_from"] = date.fromisoformat(str(entry.value))
            except ValueError:
                raise ContractError(
                    f"{where}: generalAvailability is `{entry.value}`; expected the first day that the feed covers, as "
                    "YYYY-MM-DD."
                ) from None
        else:
            raise ContractError(
                f"{where}: the slaProperty `{entry.property}` is not known; expected latency or generalAvailability."
            )
    return found


def _whole(value: object) -> int | None:
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 and value == int(value)
    return int(value) if whole else None  # type: ignore[call-overload]
