"""From a description of linked tables and a profile to what may be shown, audited.

Belongs here: the order of the steps (rules, secondary suppression or rounding, audit), what earlier editions have
already told, and withholding whole tables that cannot be protected. Does not belong here: printed tables (hook), files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal

from reports.disclosure.across import with_sums_across
from reports.disclosure.audit import READER, Finding, audit
from reports.disclosure.description import Description, Figure, Relation
from reports.disclosure.links import linked, together
from reports.disclosure.measures import Measure
from reports.disclosure.policy import EXACT, ROUND, WITHHOLD, Profile
from reports.disclosure.primary import Sensitive, losses, sensitive_figures
from reports.disclosure.record import Earlier, name_beside
from reports.disclosure.rounded import Rounded, round_figures
from reports.disclosure.suppress import suppress
from reports.disclosure.worlds import Shown
from reports.errors import ReportError

_NAMED = 5


class DisclosureError(ReportError):
    """The audit found that a protected figure could be worked out: nothing may be published."""


@dataclass(frozen=True)
class Protected:
    """What may be shown: the hidden figures, the rounded ones, and the description with all that was known of it."""

    description: Description
    hidden: frozenset[str]
    rounded: Mapping[str, Decimal]
    sensitive: Mapping[str, Sensitive]
    # Sensitive figures that earlier editions have already printed or given away: they cannot be taken back.
    already_told: tuple[str, ...] = ()


def protect(
    description: Description,
    profile: Profile,
    earlier: Sequence[Earlier] = (),
    key: bytes = b"",
    measure: Measure | None = None,
    known: Set[str] = frozenset(),
) -> Protected:
    """Apply a profile to linked tables and audit the result. ``measure`` is what reports share, if they do: then the
    sums across reports and periods hold too. ``known`` are figures that readers can find elsewhere, though they be
    rounded here.

    Raises DisclosureError if the audit can work out a protected figure, ReportError if the figures contradict the
    relations that are said to hold between them.
    """
    faults = description.faults()
    if faults:
        raise ReportError(
            f"The tables cannot be protected, because their figures contradict each other: {' '.join(faults[:_NAMED])} "
            "Mend the model that is named, or what report.yaml says of it."
        )
    if profile.method == EXACT:
        return Protected(description, frozenset(), {}, {})
    if profile.method == WITHHOLD:
        return Protected(description, frozenset(description.figures), {}, {})
    if profile.method == ROUND:
        return _rounded(round_figures(description, profile, earlier, key, measure, known), description)
    if any(old.band for edition in earlier for old in edition.figures):
        raise ReportError(
            f"Earlier editions print these figures rounded, and the profile is '{profile.name}' now: what is shown or "
            "hidden beside a rounded number can tell the true one. Keep a profile that rounds, or withhold the table."
        )
    return _suppressed(description, profile, earlier, measure)


def _suppressed(
    description: Description, profile: Profile, earlier: Sequence[Earlier], measure: Measure | None
) -> Protected:
    whole, hidden_before, levels_before = with_earlier(description, earlier)
    if measure is not None:
        whole = with_sums_across(whole, measure.adds_over_time)
    parts = [part for part in linked(whole) if _is_touched(part, description)]
    own = {name: whole.figures[name] for name in description.figures}
    whole = together([Description(own), *parts], whole.waived)
    hidden = {name for name, figure in whole.figures.items() if name in hidden_before or not figure.is_printed}
    sensitive = sensitive_figures(whole, profile)
    told = {name for name in sensitive if not whole.figures[name].may_be_hidden}
    sensitive = {name: one for name, one in {**levels_before, **sensitive}.items() if name in whole.figures}
    knew: dict[str, set[str]] = {}
    for part in parts:
        its = {name: one for name, one in sensitive.items() if name in part.figures and name not in told}
        chosen, lost = _chosen(part, its, profile, hidden & part.figures.keys())
        hidden |= chosen
        for who, names in lost.items():
            knew.setdefault(who, set()).update(names)
    told |= knew.pop(READER, set())
    sensitive = {name: one for name, one in sensitive.items() if name in hidden or name in told}
    shown = {name: (figure.value, figure.value) for name, figure in whole.figures.items() if name not in hidden}
    _stop_if_open(whole, shown, {name: one for name, one in sensitive.items() if name not in told}, knew)
    told |= set[str]().union(*knew.values())
    return Protected(whole, frozenset(hidden), {}, sensitive, tuple(sorted(told)))


def _is_touched(part: Description, description: Description) -> bool:
    """Whether a new edition tells something about linked figures: it has one of them, or leaves out a class of a period
    and so tells that it is empty.
    """
    if any(figure.may_be_hidden and name in description.figures for name, figure in part.figures.items()):
        return True
    periods = {(cell.partner, cell.period) for figure in description.figures.values() for cell in figure.cells}
    years = {(partner, period[:4]) for partner, period in periods}
    return any(
        (cell.partner, cell.period[:4]) in years
        for figure in part.figures.values()
        if figure.may_be_hidden
        for cell in figure.cells
    )


def _chosen(
    part: Description, sensitive: Mapping[str, Sensitive], profile: Profile, hidden: Set[str]
) -> tuple[set[str], dict[str, set[str]]]:
    """What to hide of tables that are linked, and what of it earlier editions have given away already, by whom they
    told it: what a contributor could work out before is owed to readers still.
    """
    if not sensitive:
        return set(), {}
    costs = losses(part, profile)
    chosen = suppress(part, sensitive, costs, frozenset(hidden))
    if chosen.is_protected:
        return set(chosen.hidden), {}
    told: dict[str, set[str]] = {}
    for one in _told_before(part, {name: sensitive[name] for name in sorted(chosen.lost)}):
        told.setdefault(one.attacker, set()).add(one.id)
    out = told.get(READER, set())
    left = {name: one for name, one in sensitive.items() if name not in out}
    if told and not left:
        return out, told
    for zeros_too in (False, True) if told else (True,):
        seen = chosen.movements
        chosen = suppress(part, left, costs, frozenset({*hidden, *out}), told, movements=seen, zeros_too=zeros_too)
        if chosen.is_protected:
            return {*out, *chosen.hidden}, told
    # Nothing less protects it: the whole of the linked tables is withheld, totals too.
    beyond_help = set[str]().union(*told.values())
    return {name for name, figure in part.figures.items() if figure.may_be_hidden}, {READER: beyond_help}


def _told_before(part: Description, sensitive: Mapping[str, Sensitive]) -> list[Finding]:
    """The sensitive figures that are too close to be guessed although nothing is shown but what earlier editions have
    printed: that cannot be taken back, and this edition adds nothing to it.
    """
    printed = {name: (one.value, one.value) for name, one in part.figures.items() if not one.may_be_hidden}
    if not printed:
        return []
    return audit(part, printed, {name: (one.lower, one.upper) for name, one in sensitive.items()})


def _rounded(done: Rounded, description: Description) -> Protected:
    _stop_if_any(done.found)
    return Protected(description, frozenset(), done.numbers, done.small, done.already_told)


def _stop_if_open(
    description: Description,
    shown: Mapping[str, Shown],
    sensitive: Mapping[str, Sensitive],
    knew: Mapping[str, Set[str]] | None = None,
) -> None:
    found = audit(description, shown, {name: (one.lower, one.upper) for name, one in sensitive.items()}, knew)
    _stop_if_any(found)


def _stop_if_any(found: Sequence[Finding]) -> None:
    if found:
        raise DisclosureError(
            f"Nothing was published, because {_sentence(found)} of what would have been printed. Withhold the table "
            "(profile withheld), or print less beside it."
        )


def _sentence(found: Sequence[Finding]) -> str:
    """The figures by their places; how close the guess comes is for the restricted log of the caller, not for this."""
    places = sorted({finding.place for finding in found})
    more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    return f"protected figures could be worked out ({'; '.join(places[:_NAMED])}{more}) from the rest"


def with_earlier(
    description: Description, earlier: Sequence[Earlier]
) -> tuple[Description, frozenset[str], dict[str, Sensitive]]:
    """One system of this edition and those before: a figure that did not change is one unknown in all of them.

    A figure that an edition printed stays printed; one that an edition hid stays hidden. A figure that was revised is
    another one under the name of its edition.
    """
    figures: dict[str, Figure] = dict(description.figures)
    relations: dict[Relation, None] = dict.fromkeys(description.relations)
    hidden: set[str] = set()
    levels: dict[str, Sensitive] = {}
    for edition in earlier:
        names: dict[str, str] = {}
        for old in edition.figures:
            names[old.id] = name = name_beside(description, old)
            if name not in figures:
                place = f"{old.place} (as in the edition {edition.edition})"
                figures[name] = Figure(name, place, old.value, old.is_count, old.contributions, cells=old.cells)
            elif old.cells:
                cells = tuple(dict.fromkeys((*figures[name].cells, *old.cells)))
                figures[name] = replace(figures[name], cells=cells)
            if old.is_hidden:
                hidden.add(name)
            else:
                figures[name] = replace(figures[name], may_be_hidden=False)
            if old.levels is not None and old.is_hidden:
                levels.setdefault(name, Sensitive(name, ("earlier",), *old.levels))
        for relation in edition.relations:
            terms = tuple((names[name], factor) for name, factor in relation.terms)
            relations.setdefault(replace(relation, terms=terms))
    hidden = {name for name in hidden if figures[name].may_be_hidden}
    whole = Description(figures, tuple(relations), description.waived)
    return whole, frozenset(hidden), {name: one for name, one in levels.items() if name in hidden}
