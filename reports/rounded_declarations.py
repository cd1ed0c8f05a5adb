"""What the declaration of a report with rounded tables may not say: figures that would undo the rounding.

Belongs here: what is certain without a number, from profiles, quantities and evidence. Does not belong here: whether
the bands of what is printed give a count away (disclosure/rounding_audit, before every edition).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reports.declaration import Column, ReportDeclaration, TableDeclaration
from reports.disclosure.policy import WITHHOLD, profiles
from reports.disclosure.rounded_tables import is_made
from reports.errors import ReportError
from reports.evidence import MEAN, Across, MadeFrom, Measured, SameAs, origin
from reports.figures import FORMATS

_OF_COUNTS = "count"


def check_rounded(report: ReportDeclaration, where: str) -> None:
    """Raise ReportError where rounding would protect nothing, by what the report itself says."""
    for table in _rounded(report):
        _check_table(report, table, f"{where}, table '{table.name}'")
    _check_agreements(report, where)
    _check_beside(report, report, where)


def check_beside_others(report: ReportDeclaration, others: Iterable[ReportDeclaration]) -> None:
    """Raise ReportError where a report of the same audience prints exactly what this one rounds, or the reverse."""
    for other in others:
        if other.name != report.name and other.audience == report.audience:
            for one, two in ((report, other), (other, report)):
                _check_beside(one, two, f"reports/{two.name}/report.yaml")


def _rounded(report: ReportDeclaration) -> list[TableDeclaration]:
    return [table for table in report.tables if profiles()[table.disclosure].rounds]


def _check_table(report: ReportDeclaration, table: TableDeclaration, place: str) -> None:
    if table.layout == "side_by_side":
        raise ReportError(f"{place}: rounded tables are printed in parts; rows that round to nothing have no place.")
    quantities = {quantity.name: quantity for quantity in report.quantities}
    for column in table.columns:
        if column.is_text:
            continue
        named = [name for name in (column.quantity, *column.quantity_of_row.values()) if name]
        if not named and not is_made(column) and not column.derived_from:
            raise ReportError(
                f"{place}: column '{column.name}' would be printed exactly beside rounded ones. Name the quantity that "
                "it counts, or the columns that it is made of (numerator, now, derived_from)."
            )
        if named and any(quantities[name].contributions for name in named if name in quantities):
            raise ReportError(f"{place}: column '{column.name}' shows amounts, and rounding protects counts alone.")
        formats = {column.format, *column.formats.values()}
        if named and (column.format_from or formats != {_OF_COUNTS}):
            raise ReportError(f"{place}: column '{column.name}' must have the format count to be rounded.")
    if table.rank and not (table.column(table.rank).quantity):
        raise ReportError(f"{place}: the rows of a rounded table may be ranked by a rounded count alone.")


def _check_agreements(report: ReportDeclaration, where: str) -> None:
    rounded = {table.name for table in _rounded(report)}
    for one in report.agreements:
        sides = [side.split(".")[0] in rounded for side in (one.left, one.right)]
        if any(sides) and not all(sides):
            raise ReportError(
                f"{where}, agreements: {one.left} and {one.right} are one figure, which one table rounds and the other "
                "prints otherwise. Give both tables the same profile."
            )


def _check_beside(report: ReportDeclaration, other: ReportDeclaration, where: str) -> None:
    """What ``other`` prints exactly, though it is what ``report`` rounds, by its measure or by the rows behind it."""
    shown = {name for table in _rounded(report) for column in table.columns for name in _quantities(column)}
    own = {one.system if report is other else one.measure for one in report.quantities if one.name in shown} - {""}
    rounded = {
        made for table in _rounded(report) for column in table.columns for made in _counts(report, table, column)
    }
    for table in other.tables:
        if profiles()[table.disclosure].rounds or profiles()[table.disclosure].method == WITHHOLD:
            continue
        for column in table.columns:
            systems = {one.system for one in other.quantities if one.name in _quantities(column)}
            if own & systems or rounded & set(_counts(other, table, column)):
                raise ReportError(
                    f"{where}, table '{table.name}': column '{column.name}' prints without rounding it what the report "
                    f"'{report.name}' rounds; one of its figures beside the rounded ones can tell a small count. "
                    "Round both, or leave one out."
                )


def _quantities(column: Column) -> set[str]:
    return {column.quantity, *column.quantity_of_row.values()} - {""}


def _counts(report: ReportDeclaration, table: TableDeclaration, column: Column) -> Iterator[Measured]:
    """The measures whose sums a column prints, in any of its rows; those of a column that it repeats included."""
    if column.is_text or column.format not in FORMATS:
        return
    for row in ("", *column.evidence_of_row):
        made = origin(table, column, row)
        for _ in range(3):  # a repeated figure may repeat another
            if not isinstance(made, SameAs):
                break
            elsewhere = report.table(made.table)
            made = origin(elsewhere, elsewhere.column(made.column), made.row)
        if isinstance(made, Across) and made.aggregate != MEAN:
            elsewhere = report.table(made.table)
            made = origin(elsewhere, elsewhere.column(made.column), "")
        if isinstance(made, Measured):
            yield made
        elif isinstance(made, MadeFrom):
            yield from (Measured(table.evidence, name) for name in made.names)
