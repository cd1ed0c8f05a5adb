"""What holds between figures of several reports and periods: quarters and their year, goods of one kind and all goods.

Belongs here: the sums that follow from where figures stand (cells), with a figure that nobody prints for what is left,
so that nothing is taken for told that is not. Does not belong here: which figures there are (printed, protect), or what
to hide of them.

Editions are of different vintages: where figures that were printed do not sum, the difference is taken as known to all,
which is more than an attacker has who takes nothing for revised. Zeros that a whole breakdown leaves out are known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.disclosure.cells import Classes, Codes, Family, Identity, Within
from reports.disclosure.description import Description, Figure, Relation
from reports.periods import Period

Place = tuple[str, str]
Members = Mapping[tuple[str, ...], Identity]


@dataclass(frozen=True)
class Sum:
    """That a figure is the sum of others, perhaps with something that nobody prints. ``head`` may be printed by none:
    then it is the sum of its parts, and stands for it.
    """

    head: Identity
    parts: tuple[Identity, ...]
    has_rest: bool
    what: str


def with_sums_across(whole: Description, adds_over_time: bool) -> Description:
    """The description with all sums that hold across reports and periods, and the figures that stand for what is left.

    Figures come in order: the first of several that have one identity is the one in force.
    """
    world = _World(whole.figures)
    figures: dict[str, Figure] = dict(whole.figures)
    relations: dict[Relation, None] = dict.fromkeys(whole.relations)
    known = {frozenset(relation.terms) for relation in whole.relations}
    if adds_over_time:
        world.stand_in_for_years()
    found = [*world.by_population(), *world.by_class(), *(world.by_period() if adds_over_time else ())]
    for one in found:
        for relation, rest in world.written(one):
            if frozenset(relation.terms) in known:
                continue
            if rest is not None:
                figures.setdefault(rest.id, rest)
            known.add(frozenset(relation.terms))
            relations.setdefault(relation)
    figures.update({figure.id: figure for figure in world.heads.values()})
    return Description(figures, tuple(relations), whole.waived)


class _World:
    """All figures by where they stand."""

    def __init__(self, figures: Mapping[str, Figure]) -> None:
        self.figures = figures
        self.heads: dict[Identity, Figure] = {}
        self.versions: dict[Identity, list[str]] = defaultdict(list)
        self.families: dict[Place, dict[Family, dict[tuple[str, ...], Identity]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        for figure in figures.values():
            for cell in figure.cells:
                versions = self.versions[cell.identity]
                if figure.id not in versions:
                    # The edition's own figure is in force, else that of the newest edition.
                    versions.insert(1 if versions and "@" not in versions[0] else 0, figure.id)
                codes = tuple(code for _, code in cell.keys)
                self.families[cell.partner, cell.period][cell.family][codes] = cell.identity

    def stand_in_for_years(self) -> None:
        """Figures for the year of classes whose quarters are all published, where reports of the year print others."""
        for partner, name, classes in list(self.versions):
            year = (partner, name[:4], classes)
            if year not in self.versions and year not in self.heads and self.families.get(year[:2]):
                for told, is_whole in self._over_time(year):
                    if is_whole and told:
                        self._stand_in(year, told)

    def by_period(self) -> Iterator[Sum]:
        """The quarters of a year, and what they leave if they are not all published."""
        for identity in [*self.versions, *self.heads]:
            for told, is_whole in self._over_time(identity):
                yield Sum(identity, told, not is_whole, "periods")

    def _over_time(self, identity: Identity) -> Iterator[tuple[tuple[Identity, ...], bool]]:
        """The figures of finer periods that make it up, and whether those are all that are not known to be empty."""
        partner, name, classes = identity
        for parts in _parts_of(Period.parse(name)):
            there = [(partner, str(part), classes) for part in parts]
            told = [one for one in there if one in self.versions]
            zeros = [one for one in there if one not in self.versions and self._is_zero(one)]
            if told or zeros:
                yield tuple(told), len(told) + len(zeros) == len(there)

    def by_class(self) -> Iterator[Sum]:
        """Classes that other breakdowns divide further, wherever these cover them whole."""
        for place, families in self.families.items():
            printed = (one for members in families.values() for one in members.values())
            heads = list(dict.fromkeys([*printed, *(one for one in self.heads if one[:2] == place)]))
            for family, members in families.items():
                divided = [head for head in heads if _divides(family, head[2])]
                if divided:
                    yield from self._divided(divided, family, members)

    def by_population(self) -> Iterator[Sum]:
        """Classes of tables that are of a part of the population, and the same class of all of it."""
        for (partner, period), families in self.families.items():
            groups: dict[tuple[str, ...], dict[tuple[str, ...], list[tuple[Within, Members]]]]
            groups = defaultdict(lambda: defaultdict(list))
            for (names, within), members in families.items():
                population = tuple((name, codes) for name, codes in within if name not in names)
                if population:
                    groups[names][tuple(name for name, _ in population)].append((population, members))
            for names, kinds in groups.items():
                keys = sorted({codes for kind in kinds.values() for _, members in kind for codes in members})
                for codes in keys:
                    classes = tuple(
                        (name, Codes(frozenset({code}))) for name, code in sorted(zip(names, codes, strict=True))
                    )
                    yield from self._populations((partner, period, classes), codes, kinds)

    def _populations(
        self,
        head: Identity,
        codes: tuple[str, ...],
        kinds: Mapping[tuple[str, ...], Sequence[tuple[Within, Members]]],
    ) -> Iterator[Sum]:
        apart = {}
        for dimensions, parts in kinds.items():
            populations = list(dict.fromkeys(population for population, _ in parts))
            if all(_are_apart(one, other) for n, one in enumerate(populations) for other in populations[:n]):
                told = tuple(dict.fromkeys(members[codes] for _, members in parts if codes in members))
                apart[dimensions] = (told, _is_all(populations))
        whole = next((told for told, is_all in apart.values() if is_all), None)
        if head not in self.versions and head not in self.heads:
            if whole is None or len(apart) < 2:
                return
            self._stand_in(head, whole)
        for told, is_all in apart.values():
            yield Sum(head, told, not is_all, "populations")

    def _stand_in(self, head: Identity, parts: Sequence[Identity]) -> None:
        """A figure for a sum that nobody prints."""
        figures = [self.figures[self.versions[one][0]] for one in parts]
        name = f"~{_named(head)}"
        own: dict[str, Decimal] = defaultdict(Decimal)
        for figure in figures:
            for who, amount in (figure.contributions or {}).items():
                own[who] += amount
        value = sum((figure.value for figure in figures), Decimal(0))
        contributions = None if any(figure.contributions is None for figure in figures) else dict(own)
        place = f"the sum of {figures[0].place} and others"
        self.heads[head] = Figure(name, place, value, figures[0].is_count, contributions, is_printed=False)

    def _divided(self, heads: Sequence[Identity], family: Family, members: Members) -> Iterator[Sum]:
        names = family[0]
        under: dict[tuple[str, ...], dict[tuple[str, ...], list[Identity]]] = {}
        for head in heads:
            wanted = dict(head[2])
            shared = tuple(name for name in names if name in wanted)
            if shared not in under:
                under[shared] = _grouped(members, [names.index(name) for name in shared])
            own = [
                identity
                for codes, some in under[shared].items()
                if all(code in wanted[name].codes for name, code in zip(shared, codes, strict=True))
                for identity in some
            ]
            if own and own != [head]:
                yield Sum(head, tuple(own), False, "classes")

    def _is_zero(self, identity: Identity) -> bool:
        """Whether a breakdown that was printed whole leaves the class out: then it is known to be empty."""
        partner, period, classes = identity
        return any(_would_hold(family, dict(classes)) for family in self.families.get((partner, period), ()))

    def written(self, one: Sum) -> Iterator[tuple[Relation, Figure | None]]:
        """The sum as relations: of the figures in force, and of each earlier version of one of them."""
        names = [self._names(one.head), *(self._names(part) for part in one.parts)]
        current = [versions[0] for versions in names]
        if one.has_rest and not any(self._figure(name).value for name in current[1:]):
            return  # what is left is the whole: nothing is told
        yield self._relation(current, one)
        for place, versions in enumerate(names):
            for version in versions[1:]:
                yield self._relation([*current[:place], version, *current[place + 1 :]], one)

    def _names(self, identity: Identity) -> list[str]:
        return self.versions[identity] if identity in self.versions else [self.heads[identity].id]

    def _figure(self, name: str) -> Figure:
        return self.figures.get(name) or next(one for one in self.heads.values() if one.id == name)

    def _relation(self, names: Sequence[str], one: Sum) -> tuple[Relation, Figure | None]:
        head, *parts = map(self._figure, names)
        left = head.value - sum((part.value for part in parts), Decimal(0))
        terms = [*((part.id, Decimal(1)) for part in parts), (head.id, Decimal(-1))]
        what = f"{one.what} of {head.id}"
        if not one.has_rest or left < 0:
            return Relation(tuple(terms), what, -left, -left), None
        name = f"{head.id} less {' and '.join(sorted(part.id for part in parts))}"
        place = f"what {head.place} holds beyond the rest"
        rest = Figure(name, place, left, head.is_count, _left_over(head, parts), is_printed=False)
        return Relation((*terms, (name, Decimal(1))), what), rest


def _grouped(members: Members, at: Sequence[int]) -> dict[tuple[str, ...], list[Identity]]:
    """The members of a breakdown by their codes in these places."""
    found: dict[tuple[str, ...], list[Identity]] = defaultdict(list)
    for codes, identity in members.items():
        found[tuple(codes[place] for place in at)].append(identity)
    return found


def _left_over(head: Figure, parts: Iterable[Figure]) -> dict[str, Decimal] | None:
    """Whose contributions are left when those of the parts are taken off; None where they are not known."""
    if head.contributions is None:
        return None
    left = dict(head.contributions)
    for part in parts:
        if part.contributions is None and part.value:
            return None
        for who, amount in (part.contributions or {}).items():
            left[who] = left.get(who, Decimal(0)) - amount
    return {who: amount for who, amount in left.items() if amount > 0}


def _parts_of(period: Period) -> Iterator[list[Period]]:
    """The finer periods that make it up, of each kind that there is."""
    kinds = {"Y": (("Q", 4), ("H", 2)), "H": (("Q", 2),), "Q": ()}[period.kind]
    for kind, count in kinds:
        yield [Period(period.year, kind, (period.part - 1) * count + part) for part in range(1, count + 1)]


def _divides(family: Family, head: Classes) -> bool:
    """Whether the breakdown covers such a class whole, and divides it further."""
    names, within = family
    population, wanted = dict(within), dict(head)
    covered = all(
        (name in names and not codes.but) or (name not in names and population.get(name) == codes)
        for name, codes in head
    )
    return (
        covered
        and all(name in wanted and codes.includes(wanted[name]) for name, codes in within)
        and any(len(wanted[name].codes) != 1 if name in wanted else True for name in names)
    )


def _would_hold(family: Family, classes: Mapping[str, Codes]) -> bool:
    names, within = family
    population = dict(within)
    if set(classes) != {*names, *population}:
        return False
    return all(
        len(codes.codes) == 1 and not codes.but and (name not in population or population[name].includes(codes))
        if name in names
        else population[name] == codes
        for name, codes in classes.items()
    )


def _are_apart(one: Within, other: Within) -> bool:
    others = dict(other)
    return any(codes.is_apart_from(others[name]) for name, codes in one if name in others)


def _is_all(populations: Sequence[Within]) -> bool:
    """Whether populations of one dimension cover all its codes: one is all but some, and the others are those."""
    if any(len(population) != 1 for population in populations):
        return False
    codes = [population[0][1] for population in populations]
    named = frozenset[str]().union(*(one.codes for one in codes if not one.but))
    return any(one.but and one.codes <= named for one in codes)


def _named(identity: Identity) -> str:
    partner, period, classes = identity
    return "/".join([partner, period, ",".join(f"{name}={codes}" for name, codes in classes) or "all"])
