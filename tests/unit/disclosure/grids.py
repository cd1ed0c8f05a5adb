"""Tables with margins for the tests of disclosure control: from cells of any dimension to a plain description."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product

from reports.disclosure.description import Description, Figure, Relation, adds_to

ALL = "*"
Key = tuple[str, ...]
GOLDEN = ((20, 50, 10), (8, 19, 22), (17, 32, 12))


def name(key: Key) -> str:
    return "/".join(key)


def cross_table(
    cells: Mapping[Key, Decimal | int],
    contributions: Mapping[Key, Mapping[str, Decimal]] | None = None,
    groups: Mapping[str, str] | None = None,
) -> Description:
    """All margins of a table of any dimension; ``groups`` puts the codes of the first dimension under headings."""
    keys = list(cells)
    above: list[dict[str, list[str]]] = []
    for axis in range(len(keys[0])):
        codes = sorted({key[axis] for key in keys})
        levels: dict[str, list[str]] = {ALL: codes}
        if axis == 0 and groups:
            heads = sorted({groups[code] for code in codes})
            levels = {ALL: heads, **{head: [code for code in codes if groups[code] == head] for head in heads}}
        above.append(levels)
    axes = [[*dict.fromkeys([*levels, *(c for codes in levels.values() for c in codes)])] for levels in above]
    values = dict.fromkeys(product(*axes), Decimal(0))
    summed: dict[Key, dict[str, Decimal]] = {key: defaultdict(Decimal) for key in values}
    over = [
        {code: [one for one in codes if _under(code, one, levels)] for code in codes}
        for codes, levels in zip(axes, above, strict=True)
    ]
    for cell, value in cells.items():
        for key in product(*(codes[code] for codes, code in zip(over, cell, strict=True))):
            values[key] += Decimal(value)
            for who, amount in (contributions or {}).get(cell, {}).items():
                summed[key][who] += amount
    shares = {key: dict(own) for key, own in summed.items()} if contributions is not None else {}
    figures = {
        name(key): Figure(name(key), f"cell {name(key)}", value, contributions is None, shares.get(key))
        for key, value in values.items()
    }
    return Description(figures, tuple(_relations(axes, above)))


def _under(code: str, own: str, levels: Mapping[str, Sequence[str]]) -> bool:
    return code == own or any(_under(code, child, levels) for child in levels.get(own, ()))


def _relations(axes: Sequence[Sequence[str]], above: Sequence[Mapping[str, Sequence[str]]]) -> list[Relation]:
    found = []
    for axis, levels in enumerate(above):
        others = [codes if place != axis else [""] for place, codes in enumerate(axes)]
        for rest in product(*others):
            for head, codes in levels.items():
                parts = [name((*rest[:axis], code, *rest[axis + 1 :])) for code in codes]
                whole = name((*rest[:axis], head, *rest[axis + 1 :]))
                found.append(adds_to(parts, whole, f"sum over {whole}"))
    return found


def golden() -> Description:
    """The table of the domain reference: r1c1 = 20 ... r3c3 = 12, all margins."""
    return cross_table({(f"r{i}", f"c{j}"): n for i, row in enumerate(GOLDEN, 1) for j, n in enumerate(row, 1)})
