"""What an edition tells by differing from those that are out: a difference of printed figures is a figure too.

Belongs here: which figures are printed that an edition before printed otherwise, or that do not sum with those of
other editions, by whom the two differ, and whether the rules of the profile protect that. Does not belong here: what
is hidden (protect), or what becomes of an edition that tells (the publisher decides that).

Everybody can subtract, and what is out stays out: hiding the new figure would be the only other help. A contributor's
part in a difference is by how much its amount moved, whichever way. Linkage may name one firm otherwise in the newer
edition, which would pass for two that moved: both readings must be safe.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from reports.disclosure.across import with_sums_across
from reports.disclosure.description import Description, Figure, Relation
from reports.disclosure.measures import Measure
from reports.disclosure.policy import SUPPRESS, Profile
from reports.disclosure.primary import count_rule, value_rules
from reports.disclosure.protect import with_earlier
from reports.disclosure.record import Earlier, Remembered, name_beside

# In place of a rule, where the record of either edition does not say whose the amount is.
NOT_KNOWN = "contributors not known"
_NOTHING = Decimal(0)
Amounts = Mapping[str, Decimal]


@dataclass(frozen=True)
class Difference:
    """A difference that the rules protect: the figure that tells it, the editions against which it is taken, by how
    much they differ, and how many moved (None where that is not known).
    """

    figure: str
    place: str
    against: tuple[str, ...]
    amount: Decimal
    movers: int | None
    rules: tuple[str, ...]
    is_count: bool = False

    @property
    def period(self) -> str:
        """Of which period the figure is."""
        return self.figure.split("/")[2]

    def as_json(self) -> dict[str, Any]:
        """For the decision record, on the restricted side."""
        return {
            "figure": self.figure, "place": self.place, "period": self.period, "against": list(self.against),
            "difference": str(self.amount), "contributors": self.movers, "rules": list(self.rules),
            "is_count": self.is_count,
        }  # fmt: skip


@dataclass(frozen=True)
class _Side:
    """What is printed at one time: an amount, whose it is if that is known, and all of whom its edition knows."""

    amount: Decimal
    whose: Amounts | None
    everybody: frozenset[str]
    is_count: bool = False

    @classmethod
    def of(cls, terms: Sequence[tuple[Decimal, Figure | Remembered]], everybody: frozenset[str] | None = None) -> _Side:
        """The weighted sum of figures. Whose it is counts as not known where contributions do not sum to the figure."""
        amount, whose, is_known = _NOTHING, defaultdict[str, Decimal](Decimal), True
        for factor, figure in terms:
            amount += factor * figure.value
            own = figure.contributions
            if own is None or sum(own.values(), _NOTHING) != figure.value:
                is_known = is_known and not figure.value
                continue
            for who, part in own.items():
                whose[who] += factor * part
        is_count = any(figure.is_count for _, figure in terms)
        there = frozenset(whose) if everybody is None else everybody
        return cls(amount, dict(whose) if is_known else None, there, is_count)


def telling(own: Earlier, out: Sequence[Earlier], profile: Profile, measure: Measure | None = None) -> list[Difference]:
    """The differences between what an edition prints and what is out that the profile's rules protect. ``out`` are the
    editions that readers have, oldest first; a figure that one of them prints already tells nothing new.
    """
    if profile.method != SUPPRESS:
        return []
    printed = {one.id: one for one in own.figures if not one.is_hidden}
    known = {(_plain(old), old.value) for edition in out for old in edition.figures if _is_exact(old)}
    fresh = {name for name, one in printed.items() if (name, one.value) not in known}
    found = list(_revised(own, out, fresh, profile))
    told = {(one.figure, abs(one.amount)) for one in found}
    sums = [*_left(own, out, fresh, profile)]
    if measure is not None:
        sums += _across(own, out, fresh, profile, measure)
    return found + [one for one in sums if (one.figure, abs(one.amount)) not in told]


def not_known(own: Mapping[str, Any], edition: str, other: Mapping[str, Any], figure: str) -> Iterator[Difference]:
    """For the decision records of two editions of one period: the partners of whom one knows no contributor at all and
    the other does. The former printed their values and judged none, so that nobody can say whose moved. ``figure`` is
    the name of a total, with a place for the partner.
    """
    for one, another in ((own, other), (other, own)):
        known = {entry["id"].split("/")[1] for entry in another.get("figures", ())}
        for partner in one.get("contributors_not_known", ()):
            if partner in known:
                place = f"All values of {partner}"
                yield Difference(figure.format(partner), place, (edition,), _NOTHING, None, (NOT_KNOWN,))


def _revised(own: Earlier, out: Sequence[Earlier], fresh: Set[str], profile: Profile) -> Iterator[Difference]:
    """Figures that an edition before printed otherwise, against each that did."""
    printed, now = {one.id: one for one in own.figures}, _everybody(own)
    for edition in out:
        then = _everybody(edition)
        for old in edition.figures:
            new = printed.get(_plain(old))
            if new is None or new.id not in fresh or not _is_exact(old):
                continue
            before, after = _Side.of([(Decimal(1), old)], then), _Side.of([(Decimal(1), new)], now)
            yield from _judged(new, new.place, (edition.edition,), before, after, profile)


def _left(own: Earlier, out: Sequence[Earlier], fresh: Set[str], profile: Profile) -> Iterator[Difference]:
    """What the hidden figures of a sum moved together: the total less all figures that both editions show."""
    figures, now = {one.id: one for one in own.figures}, _everybody(own)
    sums = {_named(relation): relation for relation in own.relations if _is_sum(relation)}
    for edition in out:
        then, old = _everybody(edition), {_plain(one): one for one in edition.figures}
        for relation in edition.relations:
            head, what = _named(relation)
            current = sums.get((head, what)) if _is_sum(relation) else None
            if current is None or not (_is_shown(head, figures) and _is_shown(head, old)):
                continue
            names = dict.fromkeys(name.partition("@")[0] for name, _ in (*current.terms, *relation.terms))
            # A class that one of the editions does not have is printed as empty there.
            shown = [one for one in names if all(one not in side or _is_shown(one, side) for side in (figures, old))]
            moved = [one for one in shown if _value(one, figures) != _value(one, old)]
            # Where one figure alone moved, this is the difference of that figure, which is judged for itself.
            if len(shown) == len(names) or len(moved) < 2 or not fresh & set(moved):
                continue
            before, after = (
                _Side.of([(Decimal(1 if one == head else -1), side[one]) for one in shown if one in side], everybody)
                for side, everybody in ((old, then), (figures, now))
            )
            place = f"{figures[head].place}, less the rows beneath it that are shown"
            yield from _judged(figures[head], place, (edition.edition,), before, after, profile)


def _across(
    own: Earlier, out: Sequence[Earlier], fresh: Set[str], profile: Profile, measure: Measure
) -> Iterator[Difference]:
    """Sums across reports and periods, of figures that all are printed, that do not add up."""
    description = Description({one.id: _figure(one) for one in own.figures}, own.relations)
    whole, _, _ = with_earlier(description, out)
    linked, inside = with_sums_across(whole, measure.adds_over_time), set(whole.relations)
    relations = [one for one in linked.relations if one not in inside and one.low == one.high]
    printed_by: dict[str, list[str]] = {one.id: [] for one in own.figures if not one.is_hidden}
    for edition in out:
        for old in edition.figures:
            if _is_exact(old):
                printed_by.setdefault(name_beside(description, old), []).append(edition.edition)
    # What each known figure is made of: itself, or the printed parts of one that stands for a sum nobody prints.
    made_of = {**{name: (name,) for name in printed_by}, **_stand_ins(linked, relations, set(printed_by))}
    merged: dict[tuple[str, Decimal], Difference] = {}
    for relation in relations:
        if any(name not in made_of for name, _ in relation.terms):
            continue
        named = dict.fromkeys(part for name, _ in relation.terms for part in made_of[name])
        new = [name for name in named if name in fresh]
        if not new:
            continue
        parts, head = (
            _Side.of([(Decimal(1), linked.figures[name]) for name, factor in relation.terms if factor * sign > 0])
            for sign in (1, -1)
        )
        figure = linked.figures[new[0]]
        against = tuple(dict.fromkeys(printed_by[name][-1] for name in named if name not in new))
        if not against:
            continue  # all of one vintage: a sum that does not hold there is no revision
        for one in _judged(figure, f"{figure.place}, in a sum with other editions", against, parts, head, profile):
            key = one.figure, abs(one.amount)
            both = (*merged[key].against, *one.against) if key in merged else one.against
            merged[key] = replace(one, against=tuple(dict.fromkeys(both)))
    yield from merged.values()


def _stand_ins(linked: Description, relations: Sequence[Relation], printed: Set[str]) -> dict[str, tuple[str, ...]]:
    """The figures that nobody prints and that are exactly the sum of printed ones, with these."""
    found: dict[str, tuple[str, ...]] = {}
    for relation in relations:
        head, *others = [name for name, factor in relation.terms if factor < 0]
        parts = tuple(name for name, factor in relation.terms if factor > 0)
        is_told = not relation.low and not others and all(part in printed for part in parts)
        if is_told and not linked.figures[head].is_printed:
            found.setdefault(head, parts)
    return found


def _judged(
    figure: Figure | Remembered, place: str, against: tuple[str, ...], before: _Side, after: _Side, profile: Profile
) -> Iterator[Difference]:
    """The difference of two sides, if there is one that the rules protect, or of which nobody knows whose it is."""
    amount = after.amount - before.amount
    if not amount:
        return
    rules: tuple[str, ...] = ()
    movers: int | None = None
    if before.is_count or after.is_count:
        judged = count_rule(Figure(figure.id, place, abs(amount), is_count=True), profile)
        rules, movers = (judged.rules, int(abs(amount))) if judged else ((), None)
    elif before.whose is None or after.whose is None:
        rules = (NOT_KNOWN,)
    else:
        for moved in _readings(before.whose, after.whose, before.everybody, after.everybody):
            sizes = {who: abs(part) for who, part in moved.items()}
            judged = value_rules(Figure(figure.id, place, sum(sizes.values(), _NOTHING), contributions=sizes), profile)
            if judged and not rules:
                rules, movers = judged.rules, len(moved)
    if rules:
        yield Difference(figure.id, place, against, amount, movers, rules, before.is_count or after.is_count)


def _readings(before: Amounts, after: Amounts, then: Set[str], now: Set[str]) -> tuple[Amounts, Amounts]:
    """By how much each contributor moved: by their names, and with those whom one of the editions does not know at all
    taken for whoever moved the other way by nearly as much.
    """
    plain = {who: after.get(who, _NOTHING) - before.get(who, _NOTHING) for who in {*before, *after}}
    plain = {who: plain[who] for who in sorted(plain) if plain[who]}
    merged = dict(plain)
    for who in sorted(plain, key=lambda one: (-abs(plain[one]), one)):
        if who not in merged or (who in then and who in now):
            continue
        other_way = [one for one in merged if merged[one] * merged[who] < 0]
        if other_way:
            nearest = min(other_way, key=lambda one: (abs(merged[one] + merged[who]), one))
            merged[nearest] += merged.pop(who)
            if not merged[nearest]:
                del merged[nearest]
    return plain, merged


def _is_sum(relation: Relation) -> bool:
    return not relation.low and not relation.high and sum(factor < 0 for _, factor in relation.terms) == 1


def _named(relation: Relation) -> tuple[str, str]:
    """What a sum is known by in every edition: its total, and of what it is the sum."""
    head = next((name for name, factor in relation.terms if factor < 0), "")
    return head.partition("@")[0], relation.what


def _is_shown(name: str, figures: Mapping[str, Remembered]) -> bool:
    return name in figures and _is_exact(figures[name])


def _value(name: str, figures: Mapping[str, Remembered]) -> Decimal:
    return figures[name].value if name in figures else _NOTHING


def _everybody(edition: Earlier) -> frozenset[str]:
    """All contributors of whom an edition knows."""
    return frozenset(who for one in edition.figures for who, part in (one.contributions or {}).items() if part)


def _is_exact(one: Remembered) -> bool:
    """Whether readers have the very number: neither hidden nor rounded."""
    return not one.is_hidden and one.band is None


def _plain(old: Remembered) -> str:
    return old.id.partition("@")[0]


def _figure(one: Remembered) -> Figure:
    return Figure(one.id, one.place, one.value, one.is_count, one.contributions, cells=one.cells)
