"""Which figures hang together: parts of a description that no unknown figure connects are problems of their own.

Belongs here: taking a description apart, and putting parts together. Does not belong here: where the relations come
from (printed, across), or what is hidden (protect).
"""

from __future__ import annotations

from collections.abc import Iterable

from reports.disclosure.description import Description, Figure, Relation


def linked(whole: Description) -> list[Description]:
    """The description in parts. A figure that is printed already connects nothing: it is a number in every sum that it
    stands in, and is a member of each part that has such a sum.
    """
    leader = {name: name for name, figure in whole.figures.items()}

    def found(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    heads: list[tuple[str, Relation]] = []
    for relation in whole.relations:
        open_ones = [name for name, _ in relation.terms if whole.figures[name].may_be_hidden]
        if not open_ones:
            continue  # between numbers that all are out
        heads.append((open_ones[0], relation))
        for name in open_ones[1:]:
            leader[found(name)] = found(open_ones[0])
    groups: dict[str, dict[str, Figure]] = {}
    for name, figure in whole.figures.items():
        groups.setdefault(found(name), {})[name] = figure
    relations: dict[str, list[Relation]] = {}
    for name, relation in heads:
        group = found(name)
        relations.setdefault(group, []).append(relation)
        groups[group].update((member, whole.figures[member]) for member, _ in relation.terms)
    return [Description(members, tuple(relations.get(group, ())), whole.waived) for group, members in groups.items()]


def together(parts: Iterable[Description], waived: frozenset[str]) -> Description:
    """Parts as one description again."""
    figures: dict[str, Figure] = {}
    relations: dict[Relation, None] = {}
    for part in parts:
        figures.update(part.figures)
        relations.update(dict.fromkeys(part.relations))
    return Description(figures, tuple(relations), waived)
