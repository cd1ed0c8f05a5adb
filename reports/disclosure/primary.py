"""Primary rules: which figures tell on somebody by themselves, and how wide a guess at them must stay.

Belongs here: the frequency, p% and dominance rules with their edges, and the protection levels that follow from them
(Hundepool and others, Statistical Disclosure Control, 2012, chapter 4; Fischetti and Salazar 2001). Does not belong
here: what else must be hidden (suppress), or what a figure is (description).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from reports.disclosure.description import Description, Figure
from reports.disclosure.policy import Profile

# What readers of the public edition may be told. It is one code for all rules: which rule was broken tells how many
# contributors there are.
REASON = "protected"
_ONE = Decimal(1)


@dataclass(frozen=True)
class Sensitive:
    """A figure that may not be worked out more closely than ``lower`` below and ``upper`` above its value."""

    id: str
    rules: tuple[str, ...]
    lower: Decimal
    upper: Decimal


def sensitive_figures(description: Description, profile: Profile) -> dict[str, Sensitive]:
    """The figures that the profile's rules protect, by id."""
    found = {}
    for figure in description.figures.values():
        judged = count_rule(figure, profile) if figure.is_count else value_rules(figure, profile, description.waived)
        if judged is not None:
            found[figure.id] = judged
    return found


def count_rule(figure: Figure, profile: Profile) -> Sensitive | None:
    """0 < n < N. The guess must leave everything from 0 to N open, so that not even its presence is certain."""
    if not 0 < figure.value < profile.threshold:
        return None
    return Sensitive(figure.id, ("frequency",), figure.value, profile.threshold - figure.value)


def value_rules(figure: Figure, profile: Profile, waived: frozenset[str] = frozenset()) -> Sensitive | None:
    """The rules for a value with known contributors; None if it is safe or its contributors are not known.

    Contributors who waived secrecy are taken as known to everybody: the rules look at what is left. A contribution
    below zero makes the p% and dominance rules meaningless, so such a figure is always sensitive. Below three
    contributors a value is sensitive whatever the profile's threshold: one is told outright, and of two each knows
    the other.
    """
    if figure.contributions is None:
        return None
    secret = {name: amount for name, amount in figure.contributions.items() if name not in waived and amount}
    if not secret:
        return None
    sizes = sorted((abs(amount) for amount in secret.values()), reverse=True)
    total, largest = sum(sizes, Decimal(0)), sizes[0]
    rest = sum(sizes[2:], Decimal(0))
    rules = []
    if len(secret) < max(profile.threshold, 3):
        rules.append("frequency")
    if profile.p is not None and rest < profile.p / 100 * largest:
        rules.append("p%")
    if profile.dominance is not None and _leading(sizes, profile) > profile.dominance[1] / 100 * total:
        rules.append("dominance")
    if min(secret.values()) < 0:
        rules.append("negative")
    if not rules:
        return None
    level = _level(rules, sizes, profile)
    return Sensitive(figure.id, tuple(rules), level, level)


def _leading(sizes: list[Decimal], profile: Profile) -> Decimal:
    return sum(sizes[: profile.dominance[0]], Decimal(0)) if profile.dominance else Decimal(0)


def _level(rules: list[str], sizes: list[Decimal], profile: Profile) -> Decimal:
    """How far the value must stay open to either side: what each broken rule asks, and never nothing."""
    total, largest = sum(sizes, Decimal(0)), sizes[0]
    rest = sum(sizes[2:], Decimal(0))
    share = (profile.p if profile.p is not None else Decimal(10)) / 100
    asked = [largest * Decimal("0.01")]
    if "p%" in rules:
        asked.append(share * largest - rest)
    if "dominance" in rules and profile.dominance is not None:
        asked.append(100 / profile.dominance[1] * _leading(sizes, profile) - total)
    if "frequency" in rules or "negative" in rules:
        asked.append(share * largest)
    return max(asked)


def losses(description: Description, profile: Profile) -> Mapping[str, Decimal]:
    """What hiding each figure costs: its value, the number of its contributors, or one. Never nothing."""

    def loss(figure: Figure) -> Decimal:
        if profile.loss == "one":
            return _ONE
        if profile.loss == "count" and not figure.is_count:
            return Decimal(max(len(figure.contributions or ()), 1))
        return max(abs(figure.value), _ONE)

    return {figure.id: loss(figure) for figure in description.figures.values()}
