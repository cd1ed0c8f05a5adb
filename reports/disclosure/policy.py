"""Disclosure profiles: what may be published of a table, by rules that somebody approved.

Belongs here: the vocabulary of ``reports/disclosure_profiles.yaml`` and the refusal of anything outside it. Does not
belong here: the rules at work (primary, suppress, rounding), or which table has which profile (report.yaml).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from reports.errors import ReportError

FILE = Path(__file__).parents[1] / "disclosure_profiles.yaml"
EXACT, SUPPRESS, ROUND, WITHHOLD = "exact", "suppress", "round", "suppress_all"
METHODS = (EXACT, SUPPRESS, ROUND, WITHHOLD)
LOSSES = ("value", "count", "one")
CONTRIBUTORS = ("exporter_group", "unit")


@dataclass(frozen=True)
class Profile:
    """The rules for a table's figures. ``words`` is what readers are told; it names no parameter that helps them.

    ``threshold`` is N of the rule 0 < n < N. ``p`` is a percentage, ``dominance`` the pair (n, k) with k in percent.
    ``base`` is the base of rounding; ``random`` rounds up or down by a key instead of to the nearest multiple.
    """

    name: str
    version: int
    method: str
    approved_by: str
    approved_on: date
    words: str
    contributors: str = "unit"
    threshold: int = 0
    p: Decimal | None = None
    dominance: tuple[int, Decimal] | None = None
    base: int = 0
    random: bool = False
    loss: str = "value"

    @property
    def rounds(self) -> bool:
        """Whether its tables print rounded counts."""
        return self.method == ROUND

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters for the decision record."""
        return {
            "method": self.method,
            "contributors": self.contributors,
            "threshold": self.threshold or None,
            "p": str(self.p) if self.p is not None else None,
            "dominance": [self.dominance[0], str(self.dominance[1])] if self.dominance else None,
            "base": self.base or None,
            "random": self.random,
            "loss": self.loss,
        }


@cache
def profiles(path: Path = FILE) -> dict[str, Profile]:
    """All profiles by name; ReportError names the entry that is wrong."""
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
        entries = content["profiles"]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ReportError(f"{path.name} cannot be read as a list of disclosure profiles: {error}") from None
    found: dict[str, Profile] = {}
    for entry in entries:
        profile = _profile(entry, f"{path.name}, profile '{entry.get('name', '?')}'")
        if profile.name in found:
            raise ReportError(f"{path.name}: there are two profiles '{profile.name}'.")
        found[profile.name] = profile
    return found


def _profile(entry: dict[str, Any], where: str) -> Profile:
    values = dict(entry)
    try:
        if values.get("p") is not None:
            values["p"] = Decimal(str(values["p"]))
        if values.get("dominance") is not None:
            n, k = values["dominance"]
            values["dominance"] = (int(n), Decimal(str(k)))
        profile = Profile(**values)
    except (TypeError, ValueError, InvalidOperation) as error:
        raise ReportError(f"{where}: {error}. Compare it with its neighbours.") from None
    faults = {
        f"method must be one of {', '.join(METHODS)}": profile.method not in METHODS,
        f"loss must be one of {', '.join(LOSSES)}": profile.loss not in LOSSES,
        f"contributors must be one of {', '.join(CONTRIBUTORS)}": profile.contributors not in CONTRIBUTORS,
        "a profile that suppresses needs a threshold of at least 2": profile.method == SUPPRESS
        and profile.threshold < 2,
        "a profile that rounds needs a base of at least 2": profile.method == ROUND and profile.base < 2,
        "p must be above 0": profile.p is not None and profile.p <= 0,
        "k must be between 0 and 100": profile.dominance is not None and not 0 < profile.dominance[1] < 100,
        "approved_on must be a date": not isinstance(profile.approved_on, date),
        "nobody approved it (approved_by)": not str(profile.approved_by).strip(),
    }
    wrong = [fault for fault, is_so in faults.items() if is_so]
    if wrong:
        raise ReportError(f"{where}: {'; '.join(wrong)}.")
    return profile
