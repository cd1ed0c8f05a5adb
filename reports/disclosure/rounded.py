"""From figures and a profile that rounds to the numbers that are printed, audited together with what is out already.

Belongs here: each figure's number, and one system of bands of this edition and those before. Does not belong here: the
programme that finds what can be told of a count (rounding_audit), or printed tables (rounded_tables).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal

from reports.disclosure.across import with_sums_across
from reports.disclosure.audit import Finding
from reports.disclosure.description import Description, Figure, Relation
from reports.disclosure.measures import Measure
from reports.disclosure.policy import Profile
from reports.disclosure.primary import Sensitive
from reports.disclosure.record import Earlier, name_beside
from reports.disclosure.rounding import band, rounded
from reports.disclosure.rounding_audit import worked_out
from reports.disclosure.worlds import Shown

_ANY_NUMBER = (Decimal(0), Decimal("Infinity"))


@dataclass(frozen=True)
class Rounded:
    """The number printed for each figure, the counts that rounding must hide, which of them earlier editions have told,
    and what could be worked out now: then nothing may be published.
    """

    numbers: Mapping[str, Decimal]
    small: Mapping[str, Sensitive]
    already_told: tuple[str, ...]
    found: Sequence[Finding]


def round_figures(
    description: Description,
    profile: Profile,
    earlier: Sequence[Earlier],
    key: bytes,
    measure: Measure | None,
    known: Set[str] = frozenset(),
) -> Rounded:
    """Round every figure by itself, totals too, and audit the bands of all that is linked with what is known anyhow."""
    numbers = {name: rounded(figure.value, profile, name, key) for name, figure in description.figures.items()}
    whole, before = _with_earlier(description, earlier)
    if measure is not None:
        whole = with_sums_across(whole, measure.adds_over_time)
    shown = {**before}
    for name, number in numbers.items():
        shown[name] = _both(before.get(name, _ANY_NUMBER), band(number, profile.base, profile.random))
    exact = {name: (one.value, one.value) for name, one in whole.figures.items() if name.partition("@")[0] in known}
    before, shown = {**before, **exact}, {**shown, **exact}
    small = {
        name
        for name, figure in whole.figures.items()
        if figure.is_printed and 0 < figure.value < profile.base and name not in exact
    }
    found = worked_out(whole, shown, small, profile.base)
    told = (
        {(one.id, one.attacker) for one in worked_out(whole, before, small, profile.base)} if found and before else ()
    )
    return Rounded(
        numbers,
        {name: Sensitive(name, ("rounding",), Decimal(0), Decimal(0)) for name in sorted(small)},
        tuple(sorted({name for name, _ in told})),
        [one for one in found if (one.id, one.attacker) not in told],
    )


def _with_earlier(description: Description, earlier: Sequence[Earlier]) -> tuple[Description, dict[str, Shown]]:
    """One system of this edition's figures and those that are out, and what is known of the latter: a figure that did
    not change is one unknown in all of them, one that was revised is another.
    """
    figures: dict[str, Figure] = dict(description.figures)
    relations: dict[Relation, None] = dict.fromkeys(description.relations)
    shown: dict[str, Shown] = {}
    for edition in earlier:
        names: dict[str, str] = {}
        for old in edition.figures:
            name = names[old.id] = name_beside(description, old)
            if name not in figures:
                place = f"{old.place} (as in the edition {edition.edition})"
                figures[name] = Figure(name, place, old.value, old.is_count, cells=old.cells)
            figures[name] = replace(figures[name], cells=tuple(dict.fromkeys((*figures[name].cells, *old.cells))))
            if not old.is_hidden:
                shown[name] = _both(shown.get(name, _ANY_NUMBER), old.band or (old.value, old.value))
        for relation in edition.relations:
            terms = tuple((names[name], factor) for name, factor in relation.terms)
            relations.setdefault(replace(relation, terms=terms))
    return Description(figures, tuple(relations), description.waived), shown


def _both(one: Shown, other: Shown) -> Shown:
    return max(one[0], other[0]), min(one[1], other[1])
