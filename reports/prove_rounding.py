"""The render-time proof of rounded tables: each printed number stands for its true one, and parts and totals agree
within what rounding allows.

Belongs here: printed cells against the true values of the decision record, by arithmetic of its own. Does not belong
here: rounding (disclosure/rounding), shares and changes, which prove.py makes again from the printed numbers as it
does in any table, or whether a count could be worked out (disclosure/rounding_audit).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from reports.declaration import Column
from reports.disclosure.policy import Profile, profiles
from reports.figures import exact
from reports.tables import BODY, TOTAL, Part, PrintedRow, PrintedTable

if TYPE_CHECKING:
    from reports.context import Contents

# The true value and the number that the record says was printed, by table, authority, row and column.
Truths = Mapping[tuple[str, ...], tuple[Decimal, Decimal]]


def rounds(table: PrintedTable) -> bool:
    """Whether the table prints rounded counts."""
    return profiles()[table.declaration.disclosure].rounds


def rounding_faults(contents: Contents) -> Iterator[str]:
    """A sentence for each number of a rounded table that does not stand for the true one."""
    truths = _truths(contents)
    for table in contents.tables.values():
        if rounds(table):
            profile = profiles()[table.declaration.disclosure]
            for part in table.parts:
                for row in {id(row): row for row in part.rows}.values():
                    yield from _cell_faults(table, part, row, profile, truths)
                yield from _sum_faults(table, part, profile, truths)


def _truths(contents: Contents) -> Truths:
    found: dict[tuple[str, ...], tuple[Decimal, Decimal]] = {}
    for record in contents.decisions.values():
        figures = {one["id"]: one for one in record["figures"]}
        for *place, name in record.get("cells", ()):
            figure = figures[name]
            found[tuple(place)] = (Decimal(figure["value"]), Decimal(figure["printed"]))
    return found


def _cell_faults(table: PrintedTable, part: Part, row: PrintedRow, profile: Profile, truths: Truths) -> Iterator[str]:
    for cell in row.cells:
        column, said = cell.column, None if cell.column.is_text else exact(cell.value)
        if said is None or not _is_count(column):
            continue
        where = f"Table {part.number}, row '{row.label}', column '{column.header}'"
        known = truths.get((table.declaration.name, part.authority.code, row.key, column.name))
        if known is None:
            yield f"{where} prints {said}, and no decision record says what that stands for."
            continue
        truth, recorded = known
        if said != recorded:
            yield f"{where} prints {said}, the decision record says {recorded}."
        if not _stands_for(said, truth, profile):
            yield f"{where} prints {said}, which does not stand for the true figure by the profile '{profile.name}'."


def _stands_for(said: Decimal, truth: Decimal, profile: Profile) -> bool:
    """A multiple of the base: the nearest one (halves go up), or one of the two around it where it was drawn."""
    if said % profile.base:
        return False
    if profile.random:
        return abs(said - truth) < profile.base
    return -profile.base <= 2 * (truth - said) < profile.base


def _sum_faults(table: PrintedTable, part: Part, profile: Profile, truths: Truths) -> Iterator[str]:
    """A total is as far from the sum of its printed parts as the rounding of each can bring it, and no further."""
    if not table.declaration.total or not part.available:
        return
    if part.total is None:
        yield f"Table {part.number} has no total row in {table.declaration.model}."
        return
    for column in table.declaration.columns:
        total = exact(part.total.cell(column.name).value) if column.adds_up and _is_count(column) else None
        if total is None:
            continue
        rows = [exact(row.cell(column.name).value) or Decimal(0) for row in part.rows if row.kind == BODY]
        own = (table.declaration.name, part.authority.code)
        # Rows that round to nothing are not printed, and are parts all the same.
        parts = [place for place in truths if place[:2] == own and place[2] != TOTAL and place[3] == column.name]
        reach = Decimal(profile.base - 1 if profile.random else profile.base / 2) * (len(parts) + 1)
        if abs(sum(rows, Decimal(0)) - total) > reach:
            yield (
                f"Table {part.number}, column '{column.header}': its rows add to {sum(rows, Decimal(0))} and its total "
                f"row says {total}, which is further apart than rounding can bring them."
            )


def _is_count(column: Column) -> bool:
    return bool(column.quantity or column.quantity_of_row)
